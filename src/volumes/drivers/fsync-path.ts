import { closeSync, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { codeOf } from '../../host/index.ts';

const fsyncSlowly = promisify(fsync);

/**
 * Waits until a file's content, or the names in a folder, are on disk. Only the waiting leaves the main thread: opening and
 * closing take microseconds, and each trip to another thread costs more than that.
 */
export async function fsyncPath(path: string): Promise<void> {
  const fd = openSync(path, 'r');
  try {
    await fsyncSlowly(fd);
  } catch (error) {
    // Some file systems cannot fsync folders, and do not need it.
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'ENOTSUP') throw error;
  } finally {
    closeSync(fd);
  }
}
