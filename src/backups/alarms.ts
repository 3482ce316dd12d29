import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { messageOf } from '../errors/index.ts';
import { statfs } from '../host/index.ts';
import type { Volume } from '../volumes/index.ts';
import { type BackupMade, durationOf } from '../wire/index.ts';
import type { Core } from './core.ts';
import { backupLabels, labelOf } from './labels.ts';

/** What users are to hear of even where nobody watches: an event each, and a call of the webhook where there is one. */
export type AlarmKind = 'backup-failed' | 'backup-missed' | 'backup-shrank' | 'backup-slow' | 'disk-nearly-full';

/** A backup smaller than this part of the one before has lost something. */
const shrinkage = 0.5;
/** One that took so many times as long as the one before, and longer than this many seconds, is slow. */
const slowness = 3;
const patienceSeconds = 600;
/** A disk with less than this part of it free is nearly full. */
const freeEnough = 0.1;
const nanosecondsPerSecond = 1e9;

/** Tells of a backup that was made, and of what is strange about it. */
export function tellOfBackup(
  core: Core,
  { volume, made, before }: { volume: Volume; made: BackupMade; before: BackupMade | null },
): void {
  const { id, repository, consistency, bytes, seconds } = made;
  const attributes = { driver: volume.driver, repository, snapshot: id, consistency, bytes: String(bytes) };
  core.emit({ type: 'volume', action: 'backup', id: volume.name, attributes });
  const { name } = volume;
  if (before !== null && bytes < before.bytes * shrinkage)
    raise(core, 'backup-shrank', { volume: name, attributes: { ...attributes, before: String(before.bytes) } });
  const limit = limitOf(volume, before);
  if (seconds > limit)
    raise(core, 'backup-slow', {
      volume: name,
      attributes: { ...attributes, seconds: String(seconds), limit: String(limit) },
    });
  watchDisk(core, made);
}

/** How many seconds a backup may take: what the label says, else three times as long as the last one, and ten minutes at least. */
function limitOf(volume: Volume, before: BackupMade | null): number {
  const label = labelOf(volume, backupLabels.maxDuration);
  const asked = label === '' ? undefined : durationOf(label);
  if (asked !== undefined) return Number(asked) / nanosecondsPerSecond;
  return before === null ? Number.POSITIVE_INFINITY : Math.max(before.seconds * slowness, patienceSeconds);
}

/** The disk of a repository on this machine. */
function watchDisk(core: Core, { volume, repository }: BackupMade): void {
  const location = core.repositories.find(repository)?.location ?? '';
  if (!isAbsolute(location) || !existsSync(location)) return;
  const { availableBytes, totalBytes } = statfs(location);
  if (availableBytes >= totalBytes * freeEnough) return;
  const attributes = { repository, path: location, available: String(availableBytes), total: String(totalBytes) };
  raise(core, 'disk-nearly-full', { volume, attributes });
}

export function tellOfFailure(core: Core, volume: string, error: unknown): void {
  core.log.error({ volume, reason: messageOf(error) }, 'a backup failed');
  raise(core, 'backup-failed', { volume, attributes: { message: messageOf(error) } });
}

/** @param due when it should have been made. */
export function tellOfMissed(core: Core, volume: string, due: Date): void {
  core.log.warn({ volume, due: due.toISOString() }, 'a backup was missed; it is made now');
  raise(core, 'backup-missed', { volume, attributes: { due: due.toISOString() } });
}

function raise(
  core: Core,
  kind: AlarmKind,
  { volume, attributes }: { volume: string; attributes: Record<string, string> },
): void {
  core.emit({ type: 'volume', action: kind, id: volume, attributes });
  core.webhook?.send({ alarm: kind, volume, attributes, time: new Date().toISOString() });
}
