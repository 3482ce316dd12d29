import { invalidArgument } from '../errors/index.ts';
import { type Filters, parseAge } from '../wire/index.ts';
import type { Core } from './core.ts';
import type { Volume } from './volume.ts';

/** Holdfast's own key of lists and prunes: `unused-for=30d`. */
export const unusedForKey = 'unused-for';

/**
 * Those that no container has had mounted for as long as the filter `unused-for` says; one that was never used is as old as
 * it is. All of them where the filter was not given.
 * @throws invalid-argument for a time that is none.
 */
export async function unusedVolumes(core: Core, volumes: readonly Volume[], filters: Filters): Promise<Volume[]> {
  const values = filters.get(unusedForKey);
  if (values === undefined || values.length === 0) return [...volumes];
  const before = Date.now() - Math.max(...values.map(age));
  const summaries = await core.history.summaries(volumes.map(({ name }) => name));
  return volumes.filter(({ name, createdAt }, index) => {
    if (isInUse(core, name)) return false;
    // A creation time that a driver does not tell is not taken for old.
    const last = Date.parse(summaries[index]?.lastUsedAt ?? createdAt);
    return last <= before;
  });
}

function age(value: string): number {
  try {
    return parseAge(value);
  } catch (error) {
    throw invalidArgument(`invalid filter '${unusedForKey}=${value}': it takes a time such as 12h, 30d or 4w`, error);
  }
}

/** Whether a container that holds it runs with it, as far as has been seen. */
export function isInUse(core: Core, name: string): boolean {
  const holders = core.references.of(name);
  if (holders.length === 0) return false;
  const { users } = core.history.of(name);
  return users.some(({ id, lastStartedAt, lastEndedAt }) => {
    return lastStartedAt !== null && lastEndedAt === null && holders.includes(id);
  });
}
