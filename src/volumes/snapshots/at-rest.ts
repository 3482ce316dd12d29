import { conflict } from '../../errors/index.ts';
import { syncfs } from '../../host/index.ts';
import type { Core } from '../core.ts';
import type { Freeze } from '../freezer.ts';
import { type Source, sourceOf } from './home.ts';
import type { Consistency } from './record.ts';

/** Which volumes are to be copied, and what those who use them have to bear. */
export interface RestWish {
  volumes: readonly string[];
  /** Names whose locks are needed besides. */
  also?: readonly string[];
  /** Set to freeze however long the copy takes, or to copy while it is written to. Left out: freeze where a copy takes no time. */
  freeze?: boolean | undefined;
}

/** The volumes, held: nobody mounts, changes or removes them meanwhile. */
export interface AtRest {
  sources: readonly Source[];
  consistency: Consistency;
  /** Runs the copying itself, in a freeze where that is due. @returns for how many milliseconds containers stood still. */
  copy(work: () => Promise<void>): Promise<number>;
}

/** How long containers may stand still for copies that take no time, and for those that do, in seconds. */
const instantLimit = 30;
const copyLimit = 900;

/**
 * Does something with volumes that are at rest: used by nobody, or by containers that are frozen meanwhile. What starts to use
 * them waits until the end.
 * @throws what `sourceOf` throws; conflict where they are in use, a copy takes long, and nothing was said about freezing.
 */
export async function atRest<T>(core: Core, wish: RestWish, work: (rest: AtRest) => Promise<T>): Promise<T> {
  const locks = [...wish.volumes, ...(wish.also ?? [])];
  const holdersNow = () => [...new Set(wish.volumes.flatMap((name) => core.references.of(name)))];
  const unused = await core.locks.holdAll(locks, async () => {
    const sources = await sourcesOf(core, wish);
    const isUsed = sources.some(({ isMounted }) => isMounted);
    if (isUsed && wish.freeze !== false) return undefined;
    return { value: await work({ sources, consistency: isUsed ? 'running' : 'stopped', copy: unfrozen }) };
  });
  if (unused !== undefined) return unused.value;
  // Holders come first in the order of locks: those that came meanwhile have to be held still too.
  for (;;) {
    const holders = holdersNow();
    const used = await core.freezer.holdStill(holders, (freeze) =>
      core.locks.holdAll(locks, async () => {
        if (holdersNow().some((holder) => !holders.includes(holder))) return undefined;
        return { value: await work(frozenRest(core, wish, { sources: await sourcesOf(core, wish), holders, freeze })) };
      }),
    );
    if (used !== undefined) return used.value;
  }
}

const sourcesOf = (core: Core, { volumes }: RestWish): Promise<Source[]> =>
  Promise.all(volumes.map((volume) => sourceOf(core, volume)));

async function unfrozen(work: () => Promise<void>): Promise<number> {
  await work();
  return 0;
}

interface Holders {
  holders: readonly string[];
  freeze: Freeze;
}

function frozenRest(
  core: Core,
  wish: RestWish,
  { sources, holders, freeze }: Holders & { sources: readonly Source[] },
): AtRest {
  const running = core.freezer.running(holders);
  if (running.length === 0) return { sources, consistency: 'stopped', copy: unfrozen };
  const copying = sources.find(({ pool }) => !pool.hasInstantCopies);
  if (copying !== undefined && wish.freeze === undefined) throw undecided(copying.volume, running);
  return {
    sources,
    consistency: 'frozen',
    async copy(work) {
      // What has waited to be written is, before anybody stands still for it.
      for (const root of new Set(sources.map((source) => source.root))) await syncfs(root);
      return (await freeze(work, { limitSeconds: copying === undefined ? instantLimit : copyLimit })).frozenMs;
    },
  };
}

/** A copy that takes its time while somebody writes: neither standing still for so long nor a torn copy goes without saying. */
function undecided(volume: string, running: readonly string[]): Error {
  const users = running.join(', ');
  return conflict(
    `volume ${volume} is in use by ${users}, and its pool has to copy every byte: say --freeze to have ${users} stand still for as long as that takes, or --no-freeze to copy what may not fit together. In a btrfs pool it takes milliseconds`,
  );
}
