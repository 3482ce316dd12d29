import { hostname } from 'node:os';
import { conflict, invalidArgument, isKind, notFound } from '../../errors/index.ts';
import { parseTime } from '../../wire/index.ts';
import { type Access, listSnapshots, type Snapshot } from '../restic/index.ts';

interface Wanted {
  volume: string;
  /** "" for the latest, a time, or the beginning of a snapshot's id. */
  at: string;
  signal?: AbortSignal | undefined;
}

const idPrefix = /^[0-9a-f]{4,64}$/;
const nanosecondsPerMs = 1_000_000n;

/**
 * The backup that is meant: the latest of this machine (of any, where this one has none), the latest until a time, or one by
 * its id. What only looks like an id but is a year (`2026`) is taken for an id first.
 * @throws not-found with what there is; conflict where an id's beginning is of several; invalid-argument for a bad time.
 */
export async function chooseSnapshot(access: Access, { volume, at, signal }: Wanted): Promise<Snapshot> {
  const all = await listSnapshots(access, volume, signal);
  const place = `backup repository ${access.name}`;
  if (all.length === 0) throw notFound(`no backups of volume ${volume} in ${place}`);
  if (idPrefix.test(at)) {
    const matching = all.filter(({ id }) => id.startsWith(at));
    if (matching.length > 1)
      throw conflict(`several backups of volume ${volume} begin with ${at}: write more of the id`);
    if (matching[0] !== undefined) return matching[0];
  }
  const ours = all.filter(({ host }) => host === hostname());
  const candidates = ours.length > 0 ? ours : all;
  const until = at === '' ? Number.POSITIVE_INFINITY : timeOf(at, volume);
  const chosen = candidates.findLast(({ time }) => Date.parse(time) <= until);
  if (chosen !== undefined) return chosen;
  throw notFound(`no backup of volume ${volume} until ${at} in ${place}: the first one is of ${candidates[0]?.time}`);
}

function timeOf(at: string, volume: string): number {
  try {
    return Number(parseTime(at) / nanosecondsPerMs);
  } catch (error) {
    if (!isKind(error, 'invalid-argument')) throw error;
    throw invalidArgument(
      `${volume}@${at}: neither the id of a backup of it nor a time (such as 2026-11-24T10:00 or 3h for three hours ago)`,
      error,
    );
  }
}
