import { closeSync, fsyncSync, openSync, rmSync, truncateSync } from 'node:fs';
import { invalidArgument, messageOf, systemError, unavailable } from '../../../errors/index.ts';
import { findProgram, isMountpoint, mount, openLoop, run, unmountAsync } from '../../../host/index.ts';

/** What an image can be made as: btrfs, XFS that shares data among files, or ext4, which shares nothing. */
export type FileSystemType = 'btrfs' | 'xfs' | 'ext4';

const makers: Record<FileSystemType, { argv: readonly string[]; package: string; options: string }> = {
  btrfs: { argv: ['mkfs.btrfs', '--quiet'], package: 'btrfs-progs', options: 'discard=async' },
  xfs: { argv: ['mkfs.xfs', '-q', '-K', '-m', 'reflink=1'], package: 'xfsprogs', options: 'discard' },
  ext4: { argv: ['mkfs.ext4', '-q', '-F', '-m', '0', '-E', 'nodiscard'], package: 'e2fsprogs', options: 'discard' },
};

/**
 * Makes a file with an empty file system, durably. It is sparse: it takes up what is written into it, and gives back what is
 * deleted. Failing leaves nothing.
 * @param size in bytes.
 * @throws unavailable where the program for it is not installed; invalid-argument with its words where the size does not do.
 */
export async function makeImage(file: string, type: FileSystemType, size: number): Promise<void> {
  const { argv, package: needed } = makers[type];
  if (findProgram(argv[0] ?? '') === undefined) throw unavailable(`${argv[0]} is not there: install ${needed}`);
  try {
    const fd = openSync(file, 'wx', 0o600);
    try {
      truncateSync(file, size);
      await run([...argv, file]).catch((error: unknown) => {
        throw invalidArgument(`cannot make ${type} of ${size} bytes: ${messageOf(error)}`, error);
      });
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/**
 * Mounts an image on a folder, unless it is mounted there already: by a daemon that was killed, for instance. The loop device
 * goes with the mount, whoever ends it.
 */
export function mountImage(file: string, place: string, type: FileSystemType): void {
  if (isMountpoint(place)) return;
  const loop = openLoop(file);
  try {
    mount({ source: loop.path, target: place, type, flags: 0, data: makers[type].options });
  } catch (error) {
    throw systemError(`cannot mount ${file}: ${messageOf(error)}`, error);
  } finally {
    loop.release();
  }
}

/** Unmounts it and waits until what it held is written. @throws HostError, EBUSY where it is in use */
export const unmountImage = (place: string): Promise<void> => unmountAsync(place);
