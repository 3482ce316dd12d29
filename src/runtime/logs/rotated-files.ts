import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { codeOf } from '../../host/index.ts';

/** How much is kept of a log. */
export interface LogLimits {
  /** A file of the log is full beyond this. */
  maxBytes: number;
  /** How many files are kept, the one that is written to among them. */
  maxFiles: number;
}

/** A log's file that is open for reading; the inode tells files apart whatever they are called by now. */
export interface OpenLogFile {
  fd: number;
  inode: number;
}

/**
 * Opens the files of a log, oldest first: `PATH.2`, `PATH.1`, and `PATH`, which is written to. A file with two names, which
 * conmon has still to let go of, is opened once. Nothing is opened where there is no log. Whoever calls closes them.
 */
export function openLogFiles(path: string): OpenLogFile[] {
  const files: OpenLogFile[] = [];
  for (const name of [...rotatedNames(path), path]) {
    const file = openIfThere(name);
    if (file === undefined) continue;
    if (files.some(({ inode }) => inode === file.inode)) closeSync(file.fd);
    else files.push(file);
  }
  return files;
}

/** Oldest first. A crash may have left a gap in the numbers. */
function rotatedNames(path: string): string[] {
  const prefix = `${basename(path)}.`;
  const numbers = namesIn(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
  return numbers.sort((a, b) => b - a).map((number) => `${path}.${number}`);
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function openIfThere(path: string): OpenLogFile | undefined {
  try {
    const fd = openSync(path, 'r');
    return { fd, inode: fstatSync(fd).ino };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether a log's file has its name as a rotated one too: the writer is to begin the next, and has not yet. */
export function isSetAside(path: string): boolean {
  const [live, last] = [path, `${path}.1`].map((name) => statSync(name, { throwIfNoEntry: false }));
  return live !== undefined && live.ino === last?.ino;
}

/**
 * Gives a log's file the name `PATH.1` beside its own, each older one the next number, and drops the oldest where they
 * would be too many. The writer, who replaces `PATH`, then loses nothing, whenever that is. A crash at any step leaves
 * every line with a name: at worst a number is not used, which the next time fills.
 */
export function setAside(path: string, { maxFiles }: LogLimits): void {
  const kept = maxFiles - 1;
  if (kept < 1 || isSetAside(path)) return;
  const rotated = (number: number): string => `${path}.${number}`;
  const waiting = `${path}.next`;
  rmSync(waiting, { force: true });
  linkSync(path, waiting);
  let free = 1;
  while (free < kept && existsSync(rotated(free))) free += 1;
  for (let number = free; number > 1; number -= 1) renameSync(rotated(number - 1), rotated(number));
  renameSync(waiting, rotated(1));
}

/** Before a writer comes, who appends to what it finds: a full file, or one that is set aside already, is not gone on with. */
export function makeRoom(path: string, limits: LogLimits): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined || (size < limits.maxBytes && !isSetAside(path))) return;
  setAside(path, limits);
  rmSync(path);
}
