import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../host/index.ts';

/**
 * Writes a line to conmon's control pipe: `1 HEIGHT WIDTH` for the size of a terminal, `2 0 0` to open its log anew.
 * conmon reads it when it comes to it.
 * @param bundle where conmon made its pipe
 * @returns false where no conmon reads it (any more)
 */
export function tellMonitor(bundle: string, line: string): boolean {
  let fd: number;
  try {
    fd = openSync(join(bundle, 'ctl'), constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    // ENXIO: the pipe is there and nobody reads it.
    if (['ENOENT', 'ENXIO'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
  try {
    writeSync(fd, `${line}\n`);
    return true;
  } finally {
    closeSync(fd);
  }
}
