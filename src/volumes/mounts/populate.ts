import { closeSync, fstatSync, opendirSync, realpathSync, statSync } from 'node:fs';
import { KeyedLock } from '../../async/index.ts';
import { isKind, messageOf, systemError } from '../../errors/index.ts';
import { codeOf, copyTree, getXattr, openSubpath, removeXattr, resolveInRoot, setXattr } from '../../host/index.ts';
import type { VolumeOptions } from '../options.ts';
import type { MountPoint } from './mount-point.ts';

interface PopulateOptions {
  /** The mounted root file system of a container that does not run yet. */
  rootfs: string;
  /** Path in the container; links in it are resolved inside `rootfs`. */
  destination: string;
  /** The volume's data, mounted. */
  volumePath: string;
  mountPoint: Pick<MountPoint, 'noCopy' | 'inherited' | 'subpath' | 'spec'>;
  /** The volume's own: an owner or mode among them stays, whatever the image's folder has. */
  options: VolumeOptions;
}

/**
 * On the root of a volume while it is being filled. Where a daemon was killed meanwhile it is still there for the next
 * container that wants the volume, which fills it again before it starts: half an image is worse than none.
 */
const filling = 'trusted.holdfast.populating';

/** Two containers that are made at once must not both find a volume empty. */
const locks = new KeyedLock();

/**
 * Fills an empty volume with what the image has at its place (copy-up): the tree with owners, modes, times, links,
 * extended attributes, and owner and mode of the folder itself. A volume with anything in it is left as it is, as is
 * one for which the image has no folder.
 * @throws system where a `VOLUME` or `-v /path` names a file of the image (13.9), or copying fails.
 */
export async function populate({
  rootfs,
  destination,
  volumePath,
  mountPoint,
  options,
}: PopulateOptions): Promise<void> {
  if (mountPoint.inherited) return;
  const from = resolveInRoot(rootfs, destination);
  const stat = statSync(from, { throwIfNoEntry: false });
  // What `Config.Volumes` asks for has no target of its own.
  if (stat?.isDirectory() === false && mountPoint.spec.Target === '') {
    throw systemError(`cannot mount volume over existing file, file exists ${destination}`);
  }
  if (mountPoint.noCopy || stat?.isDirectory() !== true) return;
  if (mountPoint.subpath === '') return fillOne(from, volumePath, options);
  const part = openPart(volumePath, mountPoint.subpath);
  if (part === undefined) return;
  try {
    if (fstatSync(part).isDirectory()) await fillOne(from, `/proc/self/fd/${part}/.`, options);
  } finally {
    closeSync(part);
  }
}

/** The part of a volume that is to be filled; undefined where there is none, of which the start will tell (11.4). */
function openPart(volumePath: string, subpath: string): number | undefined {
  try {
    return openSubpath(volumePath, subpath);
  } catch (error) {
    if (isKind(error, 'not-found') || isKind(error, 'invalid-argument')) return undefined;
    throw error;
  }
}

/** A folder that is reached by an open file has no path of its own to lock. */
const fillOne = (from: string, folder: string, options: VolumeOptions): Promise<void> =>
  locks.hold(realpathSync(folder), () => fill(from, folder, options));

async function fill(from: string, volumePath: string, options: VolumeOptions): Promise<void> {
  if (!isEmpty(volumePath) && getXattr(volumePath, filling) === undefined) return;
  try {
    const marked = mark(volumePath);
    await copyTree(from, volumePath, { top: keptOwner(volumePath, options) });
    if (marked) removeXattr(volumePath, filling);
  } catch (error) {
    throw systemError(`failed to copy the content of the image into the volume: ${messageOf(error)}`, error);
  }
}

/** What the user chose at create is not the image's to change; as it is now, since somebody may have changed it since. */
function keptOwner(volumePath: string, options: VolumeOptions): Record<string, bigint> {
  const { uid, gid, mode } = statSync(volumePath, { bigint: true });
  const chosen = Object.entries({ uid, gid, mode }).filter(([key]) => options?.[key] !== undefined);
  return Object.fromEntries(chosen);
}

/** @returns false where the file system has no such attributes: then an interrupted copy goes unnoticed, as with Docker. */
function mark(volumePath: string): boolean {
  try {
    setXattr(volumePath, filling, '1');
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOTSUP' || codeOf(error) === 'EROFS') return false;
    throw error;
  }
}

function isEmpty(path: string): boolean {
  const folder = opendirSync(path, { bufferSize: 1 });
  try {
    return folder.readSync() === null;
  } finally {
    folder.closeSync();
  }
}
