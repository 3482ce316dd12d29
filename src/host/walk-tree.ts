import { closeSync, constants, lstatSync, openSync, type Stats } from 'node:fs';
import { entriesOf, entryPath } from './directory-entries.ts';
import { codeOf, errnoName, fromNode, hostError } from './host-error.ts';
import { kindOf, O_PATH, openAt, RESOLVE } from './in-root.ts';
import { TimeSlice } from './time-slice.ts';

const BENEATH = RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS | RESOLVE.NO_XDEV | RESOLVE.NO_MAGICLINKS;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** What somebody who changes the tree meanwhile brings about: gone, swapped for a link or another kind, mounted over. */
const CHANGED = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EXDEV', 'ESTALE'];

export interface TreeVisitor {
  /** Whether it is to be opened and visited; told by a look that may be out of date by then. */
  wants(stat: Stats): boolean;
  /**
   * @param fd open with O_PATH, also for a link: changed through `/proc/self/fd/N`, and closed by the walk
   * @param path from the top, its bytes as latin1; "." for the top itself
   */
  visit(fd: number, path: string): void;
}

/**
 * A file, or a folder with all in it, that others may be changing: every step goes by an open folder, no link is followed,
 * and what is mounted inside is passed by.
 */
export class OpenTree {
  readonly #top: number;
  readonly #name: string;
  readonly #slice = new TimeSlice();

  /** @param path links on the way to it are the caller's and are followed. @throws HostError where it cannot be opened */
  constructor(path: string) {
    this.#name = path;
    try {
      this.#top = openSync(path, O_PATH);
    } catch (error) {
      throw fromNode(error, `open ${path}`);
    }
  }

  /** The top, open with O_PATH for as long as the tree is. */
  get fd(): number {
    return this.#top;
  }

  /** Visits all that is wanted, folders before what is in them, and lets other work have its turn in between. */
  async walk(visitor: TreeVisitor): Promise<void> {
    visitor.visit(this.#top, '.');
    if (kindOf(this.#top) !== 'directory') return;
    const folders = ['.'];
    // Grows while it is walked: each folder adds those inside it.
    for (const path of folders) {
      await this.#inside(path, async (dir) => {
        for (const batch of entriesOf(dir)) {
          for (const { name } of batch) {
            if (this.#slice.isOver) await this.#slice.next();
            const inner = path === '.' ? name : `${path}/${name}`;
            if (this.#entry({ dir, name, path: inner }, visitor)) folders.push(inner);
          }
        }
      });
    }
  }

  /** Opens what is at `path` now, with O_PATH, and closes it after `work`. @returns undefined where it is not there any more */
  at<T>(path: string, work: (fd: number) => T): T | undefined {
    return this.#opened(this.#top, path, work);
  }

  close(): void {
    closeSync(this.#top);
  }

  /** @returns whether it is a folder to be walked */
  #entry(at: { dir: number; name: string; path: string }, visitor: TreeVisitor): boolean {
    const stat = lstatSync(entryPath(at.dir, at.name), { throwIfNoEntry: false });
    if (stat === undefined) return false;
    if (visitor.wants(stat)) this.#opened(at.dir, at.name, (fd) => visitor.visit(fd, at.path));
    return stat.isDirectory();
  }

  async #inside(path: string, work: (dir: number) => Promise<void>): Promise<void> {
    const dir = this.#open(this.#top, path, FOLDER);
    if (dir === undefined) return;
    try {
      await work(dir);
    } catch (error) {
      if (!CHANGED.includes(codeOf(error) ?? '')) throw fromNode(error, `read ${this.#name}/${shown(path)}`);
    } finally {
      closeSync(dir);
    }
  }

  #opened<T>(dir: number, path: string, work: (fd: number) => T): T | undefined {
    const fd = this.#open(dir, path, O_PATH | constants.O_NOFOLLOW);
    if (fd === undefined) return undefined;
    try {
      return work(fd);
    } finally {
      closeSync(fd);
    }
  }

  #open(dir: number, path: string, flags: number): number | undefined {
    const fd = openAt(dir, Buffer.from(`${path}\0`, 'latin1'), { flags, resolve: BENEATH });
    if (fd >= 0) return fd;
    if (CHANGED.includes(errnoName(-fd))) return undefined;
    throw hostError(`open ${this.#name}/${shown(path)}`, -fd);
  }
}

/** A path of a tree as text for a message. */
export function shown(path: string): string {
  return Buffer.from(path, 'latin1').toString();
}
