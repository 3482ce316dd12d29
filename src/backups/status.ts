import type { BackupStatus } from '../wire/index.ts';
import type { Core } from './core.ts';
import { keepOf, nextOf, scheduleOf } from './policy.ts';
import type { BackupScheduler } from './scheduler.ts';

/** How it stands with the backups of every volume that has a schedule or was ever backed up; by name. */
export async function backupStatus(core: Core, scheduler: BackupScheduler): Promise<BackupStatus[]> {
  const { volumes } = await core.volumes.list(new Map());
  const byName = new Map(volumes.map((volume) => [volume.name, volume]));
  const names = new Set([...core.ledger.volumes(), ...byName.keys()]);
  const all = [...names].sort().map((name): BackupStatus => {
    const volume = byName.get(name);
    const { lastBackup, lastFailure, lastDrill } = core.ledger.of(name);
    const schedule = volume === undefined ? '' : scheduleOf(core, volume);
    const next = volume === undefined ? undefined : nextOf(schedule, scheduler.since(volume));
    const keep = volume === undefined ? '' : keepOf(core, volume);
    const isFailing = lastFailure !== null && lastFailure.at > (lastBackup?.time ?? '');
    return {
      volume: name,
      exists: volume !== undefined,
      lastBackup,
      lastFailure,
      lastDrill,
      isRunning: core.running.has(name),
      isFailing,
      schedule,
      next: next?.toISOString() ?? '',
      keep,
    };
  });
  return all;
}
