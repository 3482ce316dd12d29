import type { Filters } from '../wire/index.ts';
import type { Core } from './core.ts';
import { pruneFilter } from './filters.ts';
import { isProtected } from './protect.ts';
import { removeVolume } from './remove.ts';
import { tellTrashed } from './trash/index.ts';
import { unusedVolumes } from './unused.ts';
import { type Measured, measuredVolumes, sizeOf } from './usage.ts';

/** What a prune has done. */
export interface PruneResult {
  deleted: string[];
  /** Bytes that the deleted volumes held; those in the trash take them up for as long as they are there. */
  reclaimed: number;
  /** Volumes that would have gone, were they not protected. */
  kept: string[];
}

export interface PruneOptions {
  /** Named volumes go as well. */
  all: boolean;
  /** Deletes them for good, instead of putting them into the trash. */
  now?: boolean;
}

/** Enough to keep the disk busy, and few enough to leave other requests their turn. */
const atOnce = 16;

/**
 * Removes the measured volumes that nobody holds and the filters let through. One that fails to go is skipped and logged.
 * Raises `destroy` for each, and `prune` at the end.
 * @throws invalid-argument for filters that are none of prune's.
 */
export async function pruneVolumes(core: Core, filters: Filters, options: PruneOptions): Promise<PruneResult> {
  const candidates = await pruneCandidates(core, filters, options);
  const result: PruneResult = { deleted: [], reclaimed: 0, kept: [] };
  const workers = Array.from({ length: atOnce }, async () => {
    for (let next = candidates.shift(); next !== undefined; next = candidates.shift())
      await pruneOne(core, next, { result, now: options.now ?? false });
  });
  await Promise.all(workers);
  core.emit({ type: 'volume', action: 'prune', id: '', attributes: { reclaimed: String(result.reclaimed) } });
  return result;
}

/** The volumes that a prune would remove, were none of them protected. @throws as {@link pruneVolumes} */
export async function pruneCandidates(core: Core, filters: Filters, options: { all: boolean }): Promise<Measured[]> {
  const wanted = pruneFilter(filters, options);
  const free = (await measuredVolumes(core)).filter(
    ({ volume }) => wanted(volume) && core.references.count(volume.name) === 0,
  );
  const volumes = free.map(({ volume }) => volume);
  const unused = new Set(await unusedVolumes(core, volumes, filters));
  return free.filter(({ volume }) => unused.has(volume));
}

async function pruneOne(
  core: Core,
  measured: Measured,
  { result, now }: { result: PruneResult; now: boolean },
): Promise<void> {
  const { name } = measured.volume;
  if (core.references.count(name) > 0) return;
  if (isProtected(measured.volume)) {
    result.kept.push(name);
    core.log.info({ volume: name }, 'not pruned, since it is protected');
    return;
  }
  try {
    await core.locks.hold(name, async () => {
      const size = await sizeOf(core, measured);
      const discarded = await removeVolume(core, name, { force: false, now });
      if (discarded !== undefined) tellTrashed(core, discarded, size);
      result.deleted.push(name);
      result.reclaimed += Math.max(size, 0);
    });
  } catch (error) {
    core.log.warn({ volume: name, err: error }, 'could not prune a volume');
  }
}
