import { realpathSync } from 'node:fs';
import { fromNode, hostError } from './host-error.ts';
import { mountpointsBeneath } from './mount-table.ts';
import { QuickWalk } from './quick-walk.ts';
import { spawnProcess } from './spawn-process.ts';
import { Turns } from './turns.ts';

/** How many walks of large trees run side by side; more would only make the disk seek. */
const slowWalks = new Turns(2);

/**
 * The bytes in a tree: the sizes of all that is no folder, hard-linked files once, other file systems and mounts left out.
 * A small tree is measured in microseconds; a large one by find(1), which does not keep the engine from answering.
 * @throws HostError where the tree cannot be read
 */
export async function diskUsage(path: string): Promise<number> {
  try {
    return (await new QuickWalk(path).measure()) ?? (await slowWalks.take(() => measureByFind(path)));
  } catch (error) {
    throw fromNode(error, `measure ${path}`);
  }
}

async function measureByFind(path: string): Promise<number> {
  const real = realpathSync.native(path);
  const skipped = mountpointsBeneath(real).flatMap((mountpoint) => ['-path', literally(mountpoint), '-prune', '-o']);
  const print = ['-links', '1', '-printf', '%s\\n', '-o', '-printf', '%s %D:%i\\n'];
  const argv = ['find', real, '-xdev', '-ignore_readdir_race', ...skipped, '!', '-type', 'd', '(', ...print, ')'];
  const find = spawnProcess(argv, { stdin: 'ignore', stderr: 'ignore' });
  const sum = new Sum();
  for await (const chunk of find.stdout) sum.add(chunk as Buffer);
  const { code } = await find.exited;
  // 1: something could not be read, or went away meanwhile; the sum of the rest stands.
  if (code !== 0 && code !== 1) throw hostError(`measure ${path}`, 'EIO');
  return sum.total;
}

/** For find's -path, which is a pattern. */
function literally(path: string): string {
  return path.replace(/[\\*?[\]]/g, '\\$&');
}

const NEWLINE = 10;
const BLANK = 32;
const ZERO = 48;

/**
 * Adds up lines of `SIZE` and, for files with several names, `SIZE FILE`. It reads them digit by digit: of a hundred
 * thousand files, making a string of each line would keep the engine busy ten times as long.
 */
class Sum {
  total = 0;
  readonly #seen = new Set<string>();
  #size = 0;
  /** The file's identity as far as it was read; undefined where the line has none. */
  #file: string | undefined;

  add(chunk: Buffer): void {
    for (const byte of chunk) {
      if (byte === NEWLINE) this.#endLine();
      else if (byte === BLANK) this.#file = '';
      else if (this.#file !== undefined) this.#file += String.fromCharCode(byte);
      else this.#size = this.#size * 10 + (byte - ZERO);
    }
  }

  #endLine(): void {
    if (this.#file === undefined || !this.#seen.has(this.#file)) this.total += this.#size;
    if (this.#file !== undefined) this.#seen.add(this.#file);
    this.#size = 0;
    this.#file = undefined;
  }
}
