/** Commands of docker's that are not here, and what to do instead. */
const HINTS: Record<string, string> = {
  buildx: 'holdfast has no BuildKit: "holdfast build" builds as the classic builder does',
  context: 'holdfast has no contexts: name the socket with -H or HOLDFAST_HOST',
};

const SWARM = 'holdfast is an engine for one machine: there are no swarms';

/** What to tell a user of docker who asks for `name`; undefined where docker does not know it either. */
export function hintFor(name: string): string | undefined {
  if (['config', 'node', 'secret', 'service', 'stack', 'swarm'].includes(name)) return SWARM;
  return Object.hasOwn(HINTS, name) ? HINTS[name] : undefined;
}
