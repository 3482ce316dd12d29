import { hostname } from 'node:os';
import * as z from 'zod';
import { invalidArgument, isKind, systemError } from '../errors/index.ts';
import type { BackupPrune, BackupPruned } from '../wire/index.ts';
import type { Core, WorkTools } from './core.ts';
import { toEntry } from './listing.ts';
import { keepFlags, keepOf } from './policy.ts';
import { type Access, listSnapshots, ownTag, restic, type Snapshot, volumeTag } from './restic/index.ts';

/** What of `restic forget --json` is of interest. */
const groupsSchema = z.array(
  z.object({ remove: z.array(z.object({ id: z.string() })).nullish(), keep: z.array(z.unknown()).nullish() }),
);

/**
 * Removes the backups of this machine that are not to be kept, and the data that only they needed. Those of other machines in
 * the same repository stay.
 * @throws invalid-argument where it is said nowhere what to keep; conflict while somebody else has the repository locked.
 */
export async function prune(core: Core, wanted: BackupPrune, { signal }: WorkTools): Promise<BackupPruned> {
  const record = core.repositories.require(wanted.repository);
  const access = core.repositories.access(record);
  const ours = (await listSnapshots(access, undefined, signal)).filter(({ host }) => host === hostname());
  const names = wanted.volumes.length > 0 ? wanted.volumes : [...new Set(ours.map(({ volume }) => volume))];
  const policies = await Promise.all(
    names.map(async (name) => ({ name, keep: wanted.keep || (await policyOf(core, name)) })),
  );
  const bound = policies.filter(({ keep }) => keep !== '');
  if (bound.length === 0) throw undecided(names);
  const removed: Snapshot[] = [];
  for (const { name, keep } of bound) {
    const ids = await forget(access, { volume: name, keep, dryRun: wanted.dryRun, signal });
    removed.push(...ours.filter(({ id }) => ids.has(id)));
  }
  if (removed.length > 0 && !wanted.dryRun) await restic(access, { args: ['prune'], signal });
  return {
    repository: record.name,
    removed: removed.map((snapshot) => toEntry(snapshot, record.name)),
    kept: ours.length - removed.length,
  };
}

/** A volume that is gone has no label any more: what is left of it is kept. */
async function policyOf(core: Core, name: string): Promise<string> {
  try {
    return keepOf(core, await core.volumes.get(name));
  } catch (error) {
    if (isKind(error, 'not-found')) return '';
    throw error;
  }
}

const undecided = (names: readonly string[]) =>
  invalidArgument(
    names.length === 0
      ? 'there are no backups of this machine in that repository'
      : `say what to keep, by --keep 7d,4w,6m or the label holdfast.backup.keep on the volume: nothing is said of ${names.join(', ')}`,
  );

interface Forgetting {
  volume: string;
  keep: string;
  dryRun: boolean;
  signal?: AbortSignal | undefined;
}

/** @returns the ids of what was, or would be, removed. */
async function forget(access: Access, { volume, keep, dryRun, signal }: Forgetting): Promise<Set<string>> {
  const whose = ['--tag', `${ownTag},${volumeTag(volume)}`, '--host', hostname(), '--group-by', 'host'];
  const words = ['forget', '--json', ...whose, ...keepFlags(keep), ...(dryRun ? ['--dry-run'] : [])];
  const { stdout } = await restic(access, { args: words, signal });
  const groups = groupsSchema.safeParse(parsed(stdout));
  if (!groups.success) throw systemError('restic tells what it removes in a form that is not known here', groups.error);
  return new Set(groups.data.flatMap(({ remove }) => (remove ?? []).map(({ id }) => id)));
}

/** Nothing to say is said by nothing. */
function parsed(text: string): unknown {
  const line = text.split('\n').find((each) => each.startsWith('['));
  return line === undefined ? [] : JSON.parse(line);
}
