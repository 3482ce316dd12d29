import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { conflict } from '../errors/index.ts';
import { codeOf } from '../host/index.ts';

/** In cells. */
export interface TerminalSize {
  height: number;
  width: number;
}

/** conmon 2.1 ignores a size that is larger in either direction. */
const maxCells = 1000;

/**
 * Tells a terminal's new size to the conmon that holds it, by its control pipe: `1 HEIGHT WIDTH`. A size of 0 is none,
 * as clients without a terminal send it.
 * @param dir the conmon's bundle
 * @throws conflict where there is no conmon (any more)
 */
export async function resizeTerminal(dir: string, { height, width }: TerminalSize): Promise<void> {
  if (height <= 0 || width <= 0) return;
  let fd: number;
  try {
    fd = openSync(join(dir, 'ctl'), constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    // ENXIO: the pipe is there and nobody reads it.
    if (['ENOENT', 'ENXIO'].includes(codeOf(error) ?? '')) {
      throw conflict('cannot resize a stopped container: the process has ended', error);
    }
    throw error;
  }
  try {
    writeSync(fd, `1 ${Math.min(height, maxCells)} ${Math.min(width, maxCells)}\n`);
  } finally {
    closeSync(fd);
  }
}
