import type { UndoStack } from '../../async/index.ts';
import type { Volume } from '../../volumes/index.ts';
import type { Consistency } from '../../wire/index.ts';
import type { Core } from '../core.ts';
import { backupLabels, isSet } from '../labels.ts';
import { runPostHooks, runPreHooks } from './hooks.ts';
import { stopForBackup } from './stop.ts';

/** Where the files of a volume are read, and how they came to belong together. */
export interface Source {
  data: string;
  consistency: Consistency;
}

interface SourceOptions {
  /** What gives back all that is taken; run whatever happens. */
  undo: UndoStack;
  notices: string[];
}

let mounts = 0;

/**
 * Makes a volume's files ready to be read as they are at one moment, if there is a way: from an instant snapshot, else with
 * its containers stopped or frozen where that was asked for; else they are read while they are being written.
 * @throws what a hook fails with; what keeps a container from being stopped or the data from being mounted.
 */
export async function openSource(core: Core, volume: Volume, options: SourceOptions): Promise<Source> {
  const { undo, notices } = options;
  const all = await core.containers.using(volume.name);
  const users = all.filter(({ isRunning }) => isRunning);
  const data = await mounted(core, volume.name, undo);
  if (users.length === 0) return { data, consistency: 'unused' };
  undo.add(async () => void notices.push(...(await runPostHooks(core.containers, users))));
  await runPreHooks(core.containers, users);
  const toStop = isSet(volume, backupLabels.stop) ? users : users.filter((user) => isSet(user, backupLabels.stop));
  if (toStop.length > 0) undo.add(await stopForBackup(core, toStop));
  if (toStop.length === users.length) return { data, consistency: 'stopped' };
  const names = users.filter((user) => !toStop.includes(user)).map(({ name }) => name);
  notices.push(tornNotice(volume.name, names));
  return { data, consistency: 'live' };
}

async function mounted(core: Core, name: string, undo: UndoStack): Promise<string> {
  const mountId = `backup-${process.pid}-${mounts++}`;
  core.volumes.hold(name, mountId);
  undo.add(() => core.volumes.release(name, mountId));
  const path = await core.volumes.mount(name, { mountId });
  undo.add(() => core.volumes.unmount(name, { mountId }));
  return path;
}

const tornNotice = (volume: string, names: readonly string[]): string =>
  `volume ${volume} was read while ${names.join(', ')} could write to it: what belongs together may not be from the same moment. ` +
  `Stop them for the run with the label ${backupLabels.stop}=true`;
