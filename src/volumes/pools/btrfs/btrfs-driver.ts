import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { invalidArgument, messageOf, unavailable } from '../../../errors/index.ts';
import {
  codeOf,
  copyTree,
  createSubvolume,
  deleteSubvolume,
  enableQuota,
  hasNestedSubvolumes,
  isSubvolume,
  limitSubvolume,
  makeReadOnly,
  removeTree,
  snapshotSubvolume,
  subvolumeUsage,
  syncfs,
} from '../../../host/index.ts';
import type { CopyOptions, DataUsage, PoolDriver } from '../pool-driver.ts';

/**
 * Each folder of data is a subvolume of btrfs: copies are snapshots, limits and sizes are those of its quota groups, which
 * are switched on with the first limit. Folders that are no subvolumes, of a time before this driver, are copied file by file,
 * sharing their data.
 */
export class BtrfsDriver implements PoolDriver {
  readonly kind = 'btrfs';
  readonly hasInstantCopies = true;
  readonly hasLimits = true;

  create(path: string): void {
    createSubvolume(path);
  }

  async copy(from: string, to: string, { readOnly = false, signal, onProgress }: CopyOptions = {}): Promise<void> {
    try {
      // A snapshot has empty folders where its subvolumes have others inside, which programs in containers may have made.
      if (await snapshot(from, to, readOnly)) return;
      createSubvolume(to);
      await copyTree(from, to, { signal, onProgress });
      if (readOnly) makeReadOnly(to);
      await syncfs(to);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') await this.remove(to);
      throw error;
    }
  }

  async remove(path: string): Promise<void> {
    await removeSubvolumes(path);
    await removeTree(path);
  }

  async setLimit(path: string, bytes: number): Promise<void> {
    if (!isSubvolume(path)) {
      if (bytes === 0) return;
      throw unavailable(
        'it is a plain folder, made before the pool was one of btrfs: clone it, the clone can be limited',
      );
    }
    const used = subvolumeUsage(path)?.used ?? 0;
    if (bytes > 0 && used > bytes) throw invalidArgument(`it holds ${used} bytes already`);
    try {
      if (bytes > 0 && subvolumeUsage(path) === undefined) await enableQuota(path);
      if (bytes > 0 || subvolumeUsage(path) !== undefined) await limitSubvolume(path, bytes);
    } catch (error) {
      throw unavailable(`btrfs cannot limit it: ${messageOf(error)}`, error);
    }
  }

  usage(path: string): DataUsage | undefined {
    return isSubvolume(path) ? subvolumeUsage(path) : undefined;
  }
}

/** @returns whether there could be one: not of a plain folder, nor of one on another file system. */
async function snapshot(from: string, to: string, readOnly: boolean): Promise<boolean> {
  if (!isSubvolume(from)) return false;
  try {
    if (hasNestedSubvolumes(from)) return false;
    await snapshotSubvolume(from, to, { readOnly });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EXDEV' || codeOf(error) === 'ENOTTY') return false;
    throw error;
  }
}

/** Deletes the subvolumes that a volume's folder consists of. Data itself is not searched: that may be millions of files. */
async function removeSubvolumes(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  if (isSubvolume(path)) return deleteSubvolume(path);
  if (path.endsWith('/_data')) return;
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) await removeSubvolumes(join(path, entry.name));
}
