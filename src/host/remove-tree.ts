import { closeSync, constants, lstatSync, readlinkSync, renameSync, rmdirSync, unlink, unlinkSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { conflict } from '../errors/index.ts';
import { type Entry, entriesOf, entryPath } from './directory-entries.ts';
import { temporaryName } from './durable.ts';
import { codeOf, errnoName, fromNode, hostError } from './host-error.ts';
import { openAt, openRoot, RESOLVE } from './in-root.ts';
import { isMountpoint, mountpointsBeneath } from './mount-table.ts';
import { TimeSlice } from './time-slice.ts';

const unlinkSlowly = promisify(unlink);

/** Freeing a file of this size can take long enough to be noticed: off the main thread. */
const LARGE_FILE = 64 * 1024 * 1024;
/** Deeper folders are moved up to the top first, so that a hostile depth needs neither deep paths nor many open files. */
const MAX_DEPTH = 32;

/**
 * Removes a file or a whole tree; missing is fine. Links are removed and never followed, and every step goes by an open
 * folder, so that swapping folders for links meanwhile leads nowhere else.
 * @throws conflict, before anything is removed, where something is mounted on it or inside; HostError where the system refuses
 */
export async function removeTree(path: string): Promise<void> {
  const whole = resolve(path);
  const isDirectory = statKind(whole);
  if (isDirectory === undefined) return;
  refuseMounts(whole, isDirectory);
  const parent = openRoot(dirname(whole));
  try {
    const name = Buffer.from(basename(whole)).toString('latin1');
    if (isDirectory) await new Removal(whole).directory(parent, name);
    else await new Removal(whole).file(parent, name);
  } finally {
    closeSync(parent);
  }
}

function statKind(path: string): boolean | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory();
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return undefined;
    throw fromNode(error, `remove ${path}`);
  }
}

function refuseMounts(path: string, isDirectory: boolean): void {
  // Of a link only the link goes: what is mounted where it points does not matter.
  const [mounted] = isMountpoint(path) ? [path] : isDirectory ? mountpointsBeneath(path) : [];
  if (mounted !== undefined) throw stillMounted(path, mounted);
}

function stillMounted(path: string, mountpoint: string): Error {
  return conflict(`cannot remove ${path}: ${mountpoint} is still mounted`);
}

class Removal {
  readonly #path: string;
  readonly #slice = new TimeSlice();
  #top = -1;
  #moved = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async directory(parent: number, name: string, depth = 0): Promise<void> {
    const fd = this.#enter(parent, name);
    if (fd === undefined) return;
    const isTop = this.#top === -1;
    if (isTop) this.#top = fd;
    try {
      // Again while names appear: those moved up here, and a few times also those that somebody is still making.
      for (let attempt = 0; attempt < 64; attempt += 1) {
        const moved = this.#moved;
        for (const batch of entriesOf(fd)) {
          for (const entry of batch) await this.#entry(fd, entry, depth);
        }
        if (this.#leave(parent, name)) return;
        if (this.#moved !== moved) attempt = 0;
      }
      throw hostError(`remove ${this.#path}`, 'ENOTEMPTY');
    } finally {
      closeSync(fd);
    }
  }

  async #entry(dir: number, entry: Entry, depth: number): Promise<void> {
    if (this.#slice.isOver) await this.#slice.next();
    if (!entry.isDirectory) return this.file(dir, entry.name);
    if (depth < MAX_DEPTH) return this.directory(dir, entry.name, depth + 1);
    this.#attempt(dir, entry.name, () => renameSync(entryPath(dir, entry.name), entryPath(this.#top, temporaryName())));
    this.#moved += 1;
  }

  async file(dir: number, name: string): Promise<void> {
    const path = entryPath(dir, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) return this.directory(dir, name, MAX_DEPTH);
    if (stat.isFile() && stat.nlink === 1 && stat.blocks * 512 >= LARGE_FILE) {
      await unlinkSlowly(path).catch((error: unknown) => this.#failed(dir, name, error));
    } else {
      this.#attempt(dir, name, () => unlinkSync(path));
    }
  }

  /** Opens a folder to empty it; the kernel refuses to step onto a mount, also one made a moment ago. */
  #enter(parent: number, name: string): number | undefined {
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    const rules = RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS | RESOLVE.NO_XDEV;
    const fd = openAt(parent, Buffer.from(`${name}\0`, 'latin1'), { flags, resolve: rules });
    if (fd >= 0) return fd;
    const code = errnoName(-fd);
    if (code === 'ENOENT') return undefined;
    if (code === 'EXDEV') throw stillMounted(this.#path, placeOf(parent, name));
    if (code === 'ENOTDIR' || code === 'ELOOP') {
      // A link by now: the link goes, what it points to stays.
      this.#attempt(parent, name, () => unlinkSync(entryPath(parent, name)));
      return undefined;
    }
    throw hostError(`remove ${placeOf(parent, name)}`, -fd);
  }

  #leave(parent: number, name: string): boolean {
    try {
      rmdirSync(entryPath(parent, name));
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return false;
      this.#failed(parent, name, error);
      return true;
    }
  }

  #attempt(dir: number, name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(dir, name, error);
    }
  }

  #failed(dir: number, name: string, error: unknown): void {
    const code = codeOf(error);
    if (code === 'ENOENT') return;
    const place = placeOf(dir, name);
    if (code === 'EBUSY' || code === 'EXDEV') throw stillMounted(this.#path, place);
    const hint = code === 'EPERM' ? ' (it, or its folder, may be immutable or append-only: see lsattr)' : '';
    throw hint === '' ? fromNode(error, `remove ${place}`) : denied(place, hint, error);
  }
}

function denied(place: string, hint: string, cause: unknown): Error {
  const error = hostError(`remove ${place}`, 'EPERM', cause);
  error.message += hint;
  return error;
}

/** The path of an entry for a message. */
function placeOf(dir: number, name: string): string {
  return `${readlinkSync(`/proc/self/fd/${dir}`)}/${Buffer.from(name, 'latin1').toString()}`;
}
