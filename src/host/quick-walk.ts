import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { codeOf } from './host-error.ts';
import { LARGE_FOLDER, type Statx, statx } from './statx.ts';

/** Trees up to this many entries are measured on the spot. */
const MAX_ENTRIES = 1000;
/** How long a walk keeps everything else waiting before it lets others have their turn, in milliseconds. */
const SLICE_MS = 4;
/** So many slices tell a disk that is slow; a busy machine alone does not use them up. */
const MAX_SLICES = 8;

/** Adds up a small tree in this process, entry by entry: starting a program takes longer than looking at a hundred files. */
export class QuickWalk {
  readonly #root: string;
  readonly #folders: string[];
  readonly #seen = new Set<string>();
  #rootAt: Statx | undefined;
  #entriesLeft = MAX_ENTRIES;
  #slicesLeft = MAX_SLICES;
  #total = 0;

  constructor(root: string) {
    this.#root = root;
    this.#folders = [root];
  }

  /**
   * The sizes of all that is no folder, hard-linked files once, other file systems and mounts left out, in bytes.
   * @returns undefined where the tree is too large for this, the disk too slow, or something in it needs more care
   */
  async measure(): Promise<number | undefined> {
    // With a dot, since the root may be a link to the folder.
    this.#rootAt = statx(`${this.#root}/.`);
    if (isLarge(this.#rootAt)) return undefined;
    let until = performance.now() + SLICE_MS;
    for (let folder = this.#folders.pop(); folder !== undefined; folder = this.#folders.pop()) {
      if (!this.#add(folder)) return undefined;
      if (this.#folders.length === 0 || performance.now() < until) continue;
      this.#slicesLeft -= 1;
      if (this.#slicesLeft === 0) return undefined;
      await new Promise(setImmediate);
      until = performance.now() + SLICE_MS;
    }
    return this.#total;
  }

  #add(folder: string): boolean {
    const entries = this.#entries(folder);
    this.#entriesLeft -= entries.length;
    return this.#entriesLeft >= 0 && entries.every((entry) => this.#addEntry(folder, entry));
  }

  #addEntry(folder: string, entry: Dirent): boolean {
    // Not UTF-8: the name cannot be used as Node gives it.
    if (entry.name.includes('\ufffd')) return false;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return this.#addFolder(path);
    this.#total += this.#size(path);
    return true;
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

  #addFolder(path: string): boolean {
    const at = statx(path);
    if (at?.mounted === undefined || isLarge(at)) return false;
    if (!at.mounted && at.device === this.#rootAt?.device) this.#folders.push(path);
    return true;
  }
}

function isLarge(folder: Statx | undefined): boolean {
  return folder !== undefined && folder.size > LARGE_FOLDER;
}
