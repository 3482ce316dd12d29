import type { Volume } from '../volumes/index.ts';
import type { BackupMade } from '../wire/index.ts';
import type { Core } from './core.ts';

/** What users are to hear of even where nobody watches: an event each, and a call of the webhook where there is one. */
export type AlarmKind = 'backup-failed' | 'backup-missed' | 'backup-shrank' | 'backup-slow' | 'disk-nearly-full';

/** A backup smaller than this part of the one before has lost something. */
const shrinkage = 0.5;

/** Tells of a backup that was made, and of what is strange about it. */
export function tellOfBackup(
  core: Core,
  { volume, made, before }: { volume: Volume; made: BackupMade; before: BackupMade | null },
): void {
  const { id, repository, consistency, bytes } = made;
  const attributes = { driver: volume.driver, repository, snapshot: id, consistency, bytes: String(bytes) };
  core.emit({ type: 'volume', action: 'backup', id: volume.name, attributes });
  if (before !== null && bytes < before.bytes * shrinkage)
    raise(core, 'backup-shrank', { volume: volume.name, attributes: { ...attributes, before: String(before.bytes) } });
}

export function tellOfFailure(core: Core, volume: string, message: string): void {
  core.log.error({ volume, reason: message }, 'a backup failed');
  raise(core, 'backup-failed', { volume, attributes: { message } });
}

function raise(
  core: Core,
  kind: AlarmKind,
  { volume, attributes }: { volume: string; attributes: Record<string, string> },
): void {
  core.emit({ type: 'volume', action: kind, id: volume, attributes });
}
