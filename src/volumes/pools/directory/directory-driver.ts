import { mkdirSync } from 'node:fs';
import { copyTree, removeTree, syncfs } from '../../../host/index.ts';
import { attachLimit, canLimit, detachLimits, limitUsage, setLimit } from '../limit-file/index.ts';
import type { CopyOptions, DataUsage, PoolDriver } from '../pool-driver.ts';

/**
 * Plain folders on whatever file system there is. Where that can share data among files (XFS, btrfs), copies take no room and
 * hardly any time; elsewhere they are made byte by byte. A folder is limited by a file system of its own in a file.
 */
export class DirectoryDriver implements PoolDriver {
  readonly kind: 'dir' | 'reflink';
  readonly hasInstantCopies: boolean;

  constructor(kind: 'dir' | 'reflink' = 'dir') {
    this.kind = kind;
    this.hasInstantCopies = kind === 'reflink';
  }

  get hasLimits(): boolean {
    return canLimit();
  }

  create(path: string): void {
    mkdirSync(path, { mode: 0o700 });
  }

  async copy(from: string, to: string, { signal, onProgress }: CopyOptions = {}): Promise<void> {
    try {
      await copyTree(from, to, { signal, onProgress });
      await syncfs(to);
    } catch (error) {
      await removeTree(to);
      throw error;
    }
  }

  async remove(path: string): Promise<void> {
    detachLimits(path);
    await removeTree(path);
  }

  attach(path: string): void {
    attachLimit(path);
  }

  setLimit(path: string, bytes: number): Promise<void> {
    return setLimit(path, bytes);
  }

  usage(path: string): DataUsage | undefined {
    return limitUsage(path);
  }
}
