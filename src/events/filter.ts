import { checkFilterKeys, type EngineEvent, type Filters, hasLabels } from '../wire/index.ts';

/** Tells whether an event is among those a client asked for. */
export type EventPredicate = (event: EngineEvent) => boolean;

type Rule = (event: EngineEvent, wanted: readonly string[]) => boolean;

/** Actions that carry detail after a colon ("exec_create: sh -c …"); asked for by their bare name, they match by prefix. */
const DETAILED_ACTIONS: ReadonlySet<string> = new Set(['health_status', 'exec_create', 'exec_start']);

const startsWithAny = (value: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => value.startsWith(prefix));

/** The thing's id or name, in full or its beginning; no other type of event matches. */
const named: (type: string) => Rule = (type) => (event, wanted) =>
  event.type === type && (startsWithAny(event.id, wanted) || startsWithAny(event.attributes.name ?? '\0', wanted));

const RULES: Readonly<Record<string, Rule>> = {
  type: (event, wanted) => wanted.includes(event.type),
  event: (event, wanted) =>
    wanted.some((action) => DETAILED_ACTIONS.has(action))
      ? startsWithAny(event.action, wanted)
      : wanted.includes(event.action),
  scope: (_, wanted) => wanted.includes('local'),
  label: (event, wanted) => hasLabels(event.attributes, wanted),
  image: (event, wanted) => imageNames(event).some((name) => wanted.includes(name)),
  container: named('container'),
  volume: named('volume'),
  network: named('network'),
  daemon: named('daemon'),
  plugin: named('plugin'),
  node: named('node'),
  service: named('service'),
  secret: named('secret'),
  config: named('config'),
};

/**
 * Makes the predicate of GET /events' `filters`: values of one key are alternatives (labels excepted, which must all
 * hold), keys must all hold.
 * @throws invalid-argument for a key that Docker does not know.
 */
export function eventPredicate(filters: Filters): EventPredicate {
  checkFilterKeys(filters, Object.keys(RULES));
  const checks = [...filters].flatMap(([key, wanted]) => {
    const rule = RULES[key];
    return rule === undefined || wanted.length === 0 ? [] : [(event: EngineEvent) => rule(event, wanted)];
  });
  return (event) => checks.every((check) => check(event));
}

/** What an event calls its image: container events name it in an attribute, image events are about it. */
function imageNames(event: EngineEvent): string[] {
  const name = event.attributes[event.type === 'image' ? 'name' : 'image'];
  const names = [...(event.type === 'image' ? [event.id] : []), ...(name === undefined ? [] : [name])];
  return names.flatMap((full) => [full, full.replace(/:[^:/]*$/, '')]);
}
