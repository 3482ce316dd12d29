import { mkdirSync } from 'node:fs';
import { unavailable } from '../../../errors/index.ts';
import { copyTree, removeTree, syncfs } from '../../../host/index.ts';
import type { CopyOptions, PoolDriver } from '../pool-driver.ts';

/** Plain folders on whatever file system there is: a copy takes its time, and nothing is limited. */
export class DirectoryDriver implements PoolDriver {
  readonly kind = 'dir';
  readonly hasInstantCopies = false;
  readonly hasLimits = false;

  create(path: string): void {
    mkdirSync(path, { mode: 0o700 });
  }

  async copy(from: string, to: string, { signal }: CopyOptions = {}): Promise<void> {
    try {
      signal?.throwIfAborted();
      await copyTree(from, to);
      await syncfs(to);
    } catch (error) {
      await removeTree(to);
      throw error;
    }
  }

  remove(path: string): Promise<void> {
    return removeTree(path);
  }

  async setLimit(_path: string, bytes: number): Promise<void> {
    if (bytes > 0) throw unavailable('this pool cannot limit the size of a volume');
  }

  usage(): undefined {
    return undefined;
  }
}
