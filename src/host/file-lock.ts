import { closeSync, constants, openSync } from 'node:fs';
import { codeOf, fromNode, hostError } from './host-error.ts';
import { libc } from './libc.ts';

const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Takes a file's lock (flock(2)), as another program that uses the file does for as long as it runs.
 * @returns how to give it back; undefined where there is no such file, so that nobody uses it.
 * @throws HostError EAGAIN where somebody has it.
 */
export function lockFile(path: string): (() => void) | undefined {
  const fd = openIfThere(path);
  if (fd === undefined) return undefined;
  if (libc().flock(fd, LOCK_EX | LOCK_NB) !== 0) {
    const error = hostError(`flock ${path}`, libc().errno());
    closeSync(fd);
    throw error;
  }
  return () => closeSync(fd);
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw fromNode(error, `open ${path}`);
  }
}
