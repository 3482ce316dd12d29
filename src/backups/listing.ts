import type { BackupEntry } from '../wire/index.ts';
import type { Core } from './core.ts';
import { listSnapshots, type Snapshot } from './restic/index.ts';

/** How much of an id is shown, as restic does. */
const shownId = 8;

export const toEntry = (snapshot: Snapshot, repository: string): BackupEntry => ({
  id: snapshot.id.slice(0, shownId),
  time: snapshot.time,
  volume: snapshot.volume,
  host: snapshot.host,
  repository,
  consistency: snapshot.consistency,
});

/** The backups in a repository, oldest first. @param wanted.volume only its own; "" for all. */
export async function listBackups(
  core: Core,
  wanted: { volume: string; repository: string },
  signal?: AbortSignal,
): Promise<BackupEntry[]> {
  const record = core.repositories.require(wanted.repository);
  const volume = wanted.volume === '' ? undefined : wanted.volume;
  const snapshots = await listSnapshots(core.repositories.access(record), volume, signal);
  return snapshots.map((snapshot) => toEntry(snapshot, record.name));
}
