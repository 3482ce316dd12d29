import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMountpoint, mount, mountpointsBeneath, openLoop, statfs, unmount } from '../../../host/index.ts';
import type { DataUsage } from '../pool-driver.ts';

/*
 * A folder of data that is limited where the file system below cannot do that: beside it lies a file with a file system of
 * that size (ext4), which is mounted on the folder. It is mounted from the moment it is limited; after a boot, when somebody
 * asks for the folder. It moves with the volume's folder, the mount as well.
 */

/** The file that holds the file system of a folder of data. */
export const limitFile = (data: string): string => `${data}.img`;

export const isLimited = (data: string): boolean => existsSync(limitFile(data));

/** Mounts the file system of a limited folder where it is not; of any other folder nothing is done. */
export function attachLimit(data: string): void {
  if (!isLimited(data) || isMountpoint(data)) return;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  mountLimit(limitFile(data), data);
}

/** Mounts the file system in a file. What is deleted in it frees its room in the file (`discard`). */
export function mountLimit(file: string, target: string): void {
  const loop = openLoop(file);
  try {
    mount({ source: loop.path, target, type: 'ext4', flags: 0, data: 'discard' });
  } finally {
    loop.release();
  }
}

/** Unmounts those on a folder and inside that are limits; whatever else is mounted there stays. */
export function detachLimits(path: string): void {
  for (const mountpoint of [...mountpointsBeneath(path), path])
    if (isLimited(mountpoint) && isMountpoint(mountpoint)) unmount(mountpoint, { detach: true });
}

/** What a limited folder holds and may hold; undefined for any other. Asking mounts nothing: it may be in the trash. */
export function limitUsage(data: string): DataUsage | undefined {
  if (!isLimited(data)) return undefined;
  const { size, blocks } = statSync(limitFile(data));
  if (!isMountpoint(data)) return { used: blocks * 512, limit: size };
  const { totalBytes, freeBytes } = statfs(data);
  return { used: totalBytes - freeBytes, limit: size };
}

/** The folder that a volume's data and its file lie in. */
export const folderOf = (data: string): string => dirname(data);
