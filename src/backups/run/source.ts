import type { UndoStack } from '../../async/index.ts';
import { syncfs } from '../../host/index.ts';
import type { Volume } from '../../volumes/index.ts';
import type { Consistency } from '../../wire/index.ts';
import type { UsingContainer } from '../containers.ts';
import type { Core } from '../core.ts';
import { backupLabels, isSet, labelOf } from '../labels.ts';
import { runPostHooks, runPreHooks } from './hooks.ts';
import { stopForBackup } from './stop.ts';

/** Where the files of a volume are read, and how they came to belong together. */
interface Source {
  data: string;
  consistency: Consistency;
}

type Read<T> = (source: Source) => Promise<T>;

interface SourceOptions {
  volume: Volume;
  /** Freezes containers while their volume is read, where it cannot be copied at once. */
  freeze: boolean;
  /** What gives back all that is taken; run whatever happens. */
  undo: UndoStack;
  notices: string[];
}

/** How long containers may stand still: for a copy that takes no time, and for the reading of a whole volume, in seconds. */
const copyLimit = 30;
const readLimit = 900;

let mounts = 0;

/**
 * Reads a volume's files as they are at one moment, if there is a way: with its containers stopped where labels say so; from
 * a copy that takes no time, made while they are frozen; with them frozen all the while, where that was asked for or a preset
 * needs it. Else they are read while they are being written.
 * @throws what a hook fails with; what keeps containers from being stopped or frozen, or the data from being mounted.
 */
export async function withSource<T>(core: Core, options: SourceOptions, read: Read<T>): Promise<T> {
  const { volume, freeze, undo, notices } = options;
  const users = (await core.containers.using(volume.name)).filter(({ isRunning }) => isRunning);
  const data = await mounted(core, volume.name, undo);
  if (users.length === 0) return read({ data, consistency: 'unused' });
  undo.add(async () => void notices.push(...(await runPostHooks(core.containers, users))));
  await runPreHooks(core.containers, users);
  const toStop = isSet(volume, backupLabels.stop) ? users : users.filter((user) => isSet(user, backupLabels.stop));
  if (toStop.length > 0) undo.add(await stopForBackup(core, toStop));
  const writers = users.filter((user) => !toStop.includes(user));
  if (writers.length === 0) return read({ data, consistency: 'stopped' });
  const ids = writers.map(({ id }) => id);
  if (core.volumes.hasInstantCopies(volume.name)) return fromCopy(core, { name: volume.name, ids }, read);
  if (freeze || writers.some(needsOneMoment))
    return core.containers.whileFrozen(ids, () => read({ data, consistency: 'frozen' }), readLimit);
  notices.push(tornNotice(volume.name, writers));
  return read({ data, consistency: 'live' });
}

function fromCopy<T>(core: Core, { name, ids }: { name: string; ids: string[] }, read: Read<T>): Promise<T> {
  return core.volumes.aside(name, async ({ root, pool, current, fresh }) => {
    // What waits to be written is, before anybody stands still for it.
    await syncfs(root);
    await core.containers.whileFrozen(ids, () => pool.copy(current, fresh, { readOnly: true }), copyLimit);
    return read({ data: fresh, consistency: 'snapshot' });
  });
}

async function mounted(core: Core, name: string, undo: UndoStack): Promise<string> {
  const mountId = `backup-${process.pid}-${mounts++}`;
  core.volumes.hold(name, mountId);
  undo.add(() => core.volumes.release(name, mountId));
  const path = await core.volumes.mount(name, { mountId });
  undo.add(() => core.volumes.unmount(name, { mountId }));
  return path;
}

/** A database starts from files of one moment, and from others perhaps not. */
const needsOneMoment = (user: UsingContainer): boolean => labelOf(user, backupLabels.preset) !== '';

const tornNotice = (volume: string, writers: readonly UsingContainer[]): string =>
  `volume ${volume} was read while ${writers.map(({ name }) => name).join(', ')} could write to it: what belongs together may not be from the same moment. ` +
  `Keep it in a pool with instant snapshots (btrfs), freeze them for the run by --freeze, or stop them by the label ${backupLabels.stop}=true`;
