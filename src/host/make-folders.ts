import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from './host-error.ts';

/**
 * Makes a folder and those above it that are missing, with a mode that the umask may narrow. As Node's recursive mkdir,
 * which never comes to an end where no folder can be made at all: below /proc it retries for ever, and blocks everything.
 * @returns the topmost folder that was made; undefined where all were there
 * @throws Node's error; EEXIST where something else than a folder is there
 */
export function makeFolders(path: string, mode: number): string | undefined {
  try {
    return makeOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error;
    const first = makeFolders(parent, mode);
    const made = makeOne(path, mode);
    return first ?? made;
  }
}

function makeOne(path: string, mode: number): string | undefined {
  try {
    mkdirSync(path, { mode });
    return path;
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
      return undefined;
    throw error;
  }
}
