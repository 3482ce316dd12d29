import { hostname } from 'node:os';
import { UndoStack } from '../../async/index.ts';
import { conflict, isKind, messageOf } from '../../errors/index.ts';
import type { Volume } from '../../volumes/index.ts';
import type { BackupMade } from '../../wire/index.ts';
import { tellOfBackup, tellOfFailure } from '../alarms.ts';
import type { Core, WorkTools } from '../core.ts';
import { consistencyTag, ownTag, volumeTag } from '../restic/index.ts';
import { archive } from './archive.ts';
import { withSource } from './source.ts';
import { layStage } from './stage.ts';

export interface VolumeRun extends WorkTools {
  /** The name of a repository that is there. */
  repository: string;
  freeze: boolean;
  /** Takes what users should know of how it went. */
  notices: string[];
}

/**
 * Backs up one volume, and writes down how it went. Whatever was stopped, frozen or mounted for it is given back, whatever
 * happens.
 * @throws conflict while another backup of it runs; not-found for the volume; what hooks, restic or the host fail with.
 */
export async function backUpVolume(core: Core, name: string, run: VolumeRun): Promise<BackupMade> {
  if (core.running.has(name)) throw conflict(`volume ${name} is being backed up already`);
  core.running.add(name);
  try {
    const volume = await core.volumes.get(name);
    const before = core.ledger.of(name).lastBackup;
    if (before !== null && Date.parse(before.time) > Date.now()) run.notices.push(clockNotice(before));
    const made = await readAndArchive(core, volume, run);
    await core.ledger.update(name, { lastBackup: made });
    tellOfBackup(core, { volume, made, before });
    return made;
  } catch (error) {
    // Nobody is alarmed by what a user called off.
    if (!isKind(error, 'cancelled')) await noteFailure(core, name, error);
    throw error;
  } finally {
    core.running.delete(name);
  }
}

async function readAndArchive(core: Core, volume: Volume, run: VolumeRun): Promise<BackupMade> {
  const { repository, notices, freeze, ...tools } = run;
  const started = Date.now();
  const access = core.repositories.access(core.repositories.require(repository));
  const undo = new UndoStack();
  try {
    return await withSource(core, { volume, freeze, undo, notices }, async ({ data, consistency }) => {
      const { folder, clear } = layStage(core.runRoot, { record: volume, data });
      try {
        const tags = [ownTag, volumeTag(volume.name), consistencyTag(consistency)];
        const isLive = consistency === 'live';
        const archived = await archive(access, { folder, host: hostname(), tags }, { ...tools, isLive });
        const time = new Date(started).toISOString();
        const seconds = (Date.now() - started) / 1000;
        return { ...archived, volume: volume.name, repository, time, consistency, seconds };
      } finally {
        clear();
      }
    });
  } finally {
    await undo.rollback((error) => {
      core.log.error({ volume: volume.name, err: error }, 'could not give back what a backup had taken');
      notices.push(`after the backup of ${volume.name}: ${messageOf(error)}`);
    });
  }
}

const clockNotice = ({ volume, id, time }: BackupMade): string =>
  `the clock of this machine was set back: backup ${id} of ${volume} is of ${time}, which is still to come. Until then it passes for the latest one; name the others by their ids`;

async function noteFailure(core: Core, name: string, error: unknown): Promise<void> {
  if (!isKind(error, 'not-found'))
    await core.ledger.update(name, { lastFailure: { at: new Date().toISOString(), message: messageOf(error) } });
  tellOfFailure(core, name, error);
}
