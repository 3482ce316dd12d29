import { invalidArgument } from '../errors/index.ts';
import type { BackupVerified, BackupVerify } from '../wire/index.ts';
import type { Core, WorkTools } from './core.ts';
import { listSnapshots, restic } from './restic/index.ts';

const subsetPattern = /^(\d+\/\d+|\d+(\.\d+)?%|\d+[KMGT]?)$/i;

/**
 * Checks a repository: that all that its backups need is there, and where asked for, that the data is what was written.
 * @throws system where it is damaged; conflict while somebody else has it locked; invalid-argument for a bad subset.
 */
export async function verify(core: Core, wanted: BackupVerify, { signal }: WorkTools): Promise<BackupVerified> {
  const { readData, subset } = wanted;
  if (subset !== '' && !subsetPattern.test(subset))
    throw invalidArgument(`invalid subset ${JSON.stringify(subset)}: write 1/10, 5% or 2G`);
  const started = Date.now();
  const record = core.repositories.require(wanted.repository);
  const access = core.repositories.access(record);
  const subsetFlag = subset === '' ? [] : [`--read-data-subset=${subset}`];
  await restic(access, { args: ['check', ...(readData ? ['--read-data'] : subsetFlag)], signal });
  const snapshots = await listSnapshots(access, undefined, signal);
  const read = readData ? 'all' : subset || 'none';
  return { repository: record.name, snapshots: snapshots.length, read, seconds: (Date.now() - started) / 1000 };
}
