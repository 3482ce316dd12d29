import { type Dirent, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { codeOf, fromNode, hostError } from './host-error.ts';
import { mountpointsBeneath } from './mount-table.ts';
import { spawnProcess } from './spawn-process.ts';
import { Turns } from './turns.ts';

/** Trees up to this many entries, walked within this time, are measured on the spot. */
const QUICK_ENTRIES = 1000;
const QUICK_MILLISECONDS = 4;
/** How many walks of large trees run side by side; more would only make the disk seek. */
const slowWalks = new Turns(2);

/**
 * The bytes in a tree: the sizes of all that is no folder, hard-linked files once, other file systems and mounts left out.
 * A small tree is measured in microseconds; a large one by find(1), which does not keep the engine from answering.
 * @throws HostError where the tree cannot be read
 */
export async function diskUsage(path: string): Promise<number> {
  try {
    return new QuickWalk().measure(path) ?? (await slowWalks.take(() => measureByFind(path)));
  } catch (error) {
    throw fromNode(error, `measure ${path}`);
  }
}

class QuickWalk {
  readonly #seen = new Set<string>();
  readonly #until = performance.now() + QUICK_MILLISECONDS;
  #left = QUICK_ENTRIES;
  #root = '';
  #inside: ReturnType<typeof insideOf> | undefined;

  /** @returns undefined where the tree is too large for this */
  measure(root: string): number | undefined {
    this.#root = root;
    const folders = [root];
    let total = 0;
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      const entries = this.#entries(folder);
      this.#left -= entries.length;
      if (this.#left < 0 || performance.now() > this.#until) return undefined;
      for (const entry of entries) {
        const path = `${folder}/${entry.name}`;
        // Not UTF-8: the name cannot be used as Node gives it.
        if (entry.name.includes('\ufffd')) return undefined;
        if (!entry.isDirectory()) total += this.#size(path);
        else if (this.#isInside(path)) folders.push(path);
      }
    }
    return total;
  }

  #entries(folder: string): Dirent[] {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      // Removed while it was being measured; only the top must be there.
      if (codeOf(error) === 'ENOENT' && folder !== this.#root) return [];
      throw error;
    }
  }

  #size(path: string): number {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || stat.isDirectory()) return 0;
    if (stat.nlink > 1) {
      // Inode numbers of overlay and others can be beyond what a double holds.
      const exact = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      const key = `${exact?.dev}:${exact?.ino}`;
      if (this.#seen.has(key)) return 0;
      this.#seen.add(key);
    }
    return stat.size;
  }

  #isInside(path: string): boolean {
    this.#inside ??= insideOf(this.#root);
    const { device, real, mounted } = this.#inside;
    if (mounted.has(`${real}${path.slice(this.#root.length)}`)) return false;
    return lstatSync(path, { throwIfNoEntry: false })?.dev === device;
  }
}

/** What tells the tree's own folders from others; asked only once there is a folder to tell. */
function insideOf(root: string): { device: number; real: string; mounted: ReadonlySet<string> } {
  return { device: lstatSync(root).dev, real: realpathSync.native(root), mounted: new Set(mountpointsBeneath(root)) };
}

async function measureByFind(path: string): Promise<number> {
  const real = realpathSync.native(path);
  const skipped = mountpointsBeneath(real).flatMap((mountpoint) => ['-path', literally(mountpoint), '-prune', '-o']);
  const print = ['-links', '1', '-printf', '%s\\n', '-o', '-printf', '%s %D:%i\\n'];
  const argv = ['find', real, '-xdev', '-ignore_readdir_race', ...skipped, '!', '-type', 'd', '(', ...print, ')'];
  const find = spawnProcess(argv, { stdin: 'ignore', stderr: 'ignore' });
  const seen = new Set<string>();
  let total = 0;
  for await (const line of createInterface({ input: find.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
    const [size, file] = line.split(' ');
    if (file !== undefined && seen.has(file)) continue;
    if (file !== undefined) seen.add(file);
    total += Number(size);
  }
  const { code } = await find.exited;
  // 1: something could not be read, or went away meanwhile; the sum of the rest stands.
  if (code !== 0 && code !== 1) throw hostError(`measure ${path}`, 'EIO');
  return total;
}

/** For find's -path, which is a pattern. */
function literally(path: string): string {
  return path.replace(/[\\*?[\]]/g, '\\$&');
}
