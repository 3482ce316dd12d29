import { join } from 'node:path';
import { unavailable } from '../errors/index.ts';
import { startThawWatchdog } from '../host/index.ts';
import { GroupFreezer } from './cgroup/freezer.ts';
import type { ContainerGroups } from './cgroup/groups.ts';
import type { Places } from './places.ts';

export interface FreezeOptions {
  /** After so many seconds they are thawed, and what was done meanwhile is worth nothing. */
  limitSeconds: number;
}

/** What was done while containers were frozen, and for how long they were, in milliseconds. */
export interface Frozen<T> {
  result: T;
  frozenMs: number;
}

/**
 * Does something while all processes of these containers stand still. Whatever happens to this process meanwhile, they are
 * thawed: by a watchdog that is there before the first is frozen.
 * @throws what `work` throws; unavailable where they cannot be frozen, or were thawed before the end since the time was over.
 */
export async function whileFrozen<T>(
  { places, groups }: { places: Places; groups: readonly ContainerGroups[] },
  work: () => Promise<T>,
  { limitSeconds }: FreezeOptions,
): Promise<Frozen<T>> {
  const freezers = groups.map((each) => new GroupFreezer(each));
  const [first] = freezers;
  if (first === undefined) return { result: await work(), frozenMs: 0 };
  const order = { files: freezers.map(({ order: { file } }) => file), word: first.order.word, limitSeconds };
  const watchdog = await startThawWatchdog(join(places.root, 'thaw.sh'), order);
  const since = performance.now();
  let frozenMs = 0;
  let inTime = false;
  let result: T;
  try {
    for (const freezer of freezers) await freezer.freeze();
    result = await work();
  } finally {
    for (const freezer of freezers) freezer.thaw();
    frozenMs = performance.now() - since;
    inTime = await watchdog.dismiss();
  }
  if (!inTime) throw unavailable(`it took longer than ${limitSeconds} seconds, after which frozen containers go on`);
  return { result, frozenMs };
}
