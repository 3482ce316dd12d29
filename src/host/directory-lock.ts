import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { conflict } from '../errors/index.ts';
import { fromNode, hostError } from './host-error.ts';
import { libc } from './libc.ts';

/** A folder held by this process until it is released, or the process ends in whatever way. */
export interface DirectoryLock {
  /** Idempotent. */
  release(): void;
}

const LOCK_FILE = 'daemon.lock';
const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Takes `dir` for this process alone, by flock(2) on a file inside that holds the process id. The file is never removed:
 * somebody may be waiting on the very file that is being deleted.
 * @throws conflict naming the other process where one holds it
 */
export function lockDirectory(dir: string): DirectoryLock {
  const path = join(dir, LOCK_FILE);
  const fd = openLock(path);
  if (libc().flock(fd, LOCK_EX | LOCK_NB) !== 0) {
    const error = hostError(`flock ${path}`, libc().errno());
    const holder = readFileSync(path, 'utf8').trim();
    closeSync(fd);
    if (error.code !== 'EAGAIN') throw error;
    throw conflict(`${dir} is used by another holdfast daemon${holder === '' ? '' : ` (pid ${holder})`}`);
  }
  ftruncateSync(fd);
  writeSync(fd, `${process.pid}\n`, 0);
  let held = true;
  return {
    release() {
      if (held) closeSync(fd);
      held = false;
    },
  };
}

function openLock(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    throw fromNode(error, `open ${path}`);
  }
}
