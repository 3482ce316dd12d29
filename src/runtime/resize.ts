import { conflict } from '../errors/index.ts';
import { tellMonitor } from './conmon/control.ts';

/** In cells. */
export interface TerminalSize {
  height: number;
  width: number;
}

/** conmon 2.1 ignores a size that is larger in either direction. */
const maxCells = 1000;

/**
 * Tells a terminal's new size to the conmon that holds it. A size of 0 is none, as clients without a terminal send it.
 * @param dir the conmon's bundle
 * @throws conflict where there is no conmon (any more)
 */
export async function resizeTerminal(dir: string, { height, width }: TerminalSize): Promise<void> {
  if (height <= 0 || width <= 0) return;
  if (!tellMonitor(dir, `1 ${Math.min(height, maxCells)} ${Math.min(width, maxCells)}`)) {
    throw conflict('cannot resize a stopped container: the process has ended');
  }
}
