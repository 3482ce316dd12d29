import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { CopyWatch, type CopyWatchOptions, DataCopier } from './copy-data.ts';
import { copyNodeMetadata, copyOpenMetadata } from './copy-metadata.ts';
import { type Entry, entriesOf, entryPath } from './directory-entries.ts';
import { codeOf, errnoName, fromNode, type HostError, hostError, lastError } from './host-error.ts';
import { O_PATH, openAt, openRoot, RESOLVE } from './in-root.ts';
import { libc, SYS } from './libc.ts';
import { TimeSlice } from './time-slice.ts';

const AT_FDCWD = -100;
const AT_SYMLINK_FOLLOW = 0x400;
const STRICT = RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Copies what is in `from` into `to`, as `cp -a --reflink=auto --sparse=auto` would: owners, modes, times to the nanosecond,
 * extended attributes, links, hard links, FIFOs, sockets, devices, holes. `to` is made where it is missing and takes the owner
 * and mode of `from`; files already there are replaced, folders joined.
 *
 * @param options.top what the folder `to` itself gets, whatever `from` has
 * @param options.signal has it end soon, with `cancelled`; what is copied by then stays
 *
 * Neither side is trusted: every step goes by an open folder and no link is followed, so that a container that sees either tree
 * can have nothing read or written elsewhere.
 */
export async function copyTree(from: string, to: string, options: CopyTreeOptions = {}): Promise<void> {
  const source = openRoot(from);
  try {
    makeTop(to);
    const target = openRoot(to);
    try {
      await new TreeCopy({ source, target, name: from }, new CopyWatch(options)).run(options.top ?? {});
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}

function makeTop(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw fromNode(error, `mkdir ${path}`);
  }
}

interface CopyTreeOptions extends CopyWatchOptions {
  top?: TopOwner;
}

/** Owner and permission bits of a folder, each only where it is set. */
interface TopOwner {
  uid?: bigint;
  gid?: bigint;
  mode?: bigint;
}

/** The same entry on both sides: the open folders it is in, and its name (bytes as latin1). */
interface Spot {
  from: number;
  to: number;
  name: string;
  /** From the top, for messages and for coming back. */
  path: string;
}

class TreeCopy {
  readonly #source: number;
  readonly #target: number;
  readonly #name: string;
  readonly #data: DataCopier;
  readonly #watch: CopyWatch;
  readonly #slice = new TimeSlice();
  /** Where in the target each file with several names was first put, by `device:inode`. */
  readonly #linked = new Map<string, string>();

  constructor(roots: { source: number; target: number; name: string }, watch: CopyWatch) {
    this.#watch = watch;
    this.#data = new DataCopier(watch);
    this.#source = roots.source;
    this.#target = roots.target;
    this.#name = roots.name;
  }

  async run(top: TopOwner): Promise<void> {
    const folders = ['.'];
    // Grows while it is walked: each folder adds those inside it.
    for (const path of folders) {
      await this.#inFolder(path, async (from, to) => {
        for (const batch of entriesOf(from)) {
          for (const entry of batch) {
            this.#watch.check();
            if (this.#slice.isOver) await this.#slice.next();
            const spot = { from, to, name: entry.name, path: path === '.' ? entry.name : `${path}/${entry.name}` };
            if (await this.#entry(spot, entry)) folders.push(spot.path);
          }
        }
      });
    }
    // A folder's own owner, mode, access list and times come after all that is in it.
    for (const path of folders.reverse()) {
      if (this.#slice.isOver) await this.#slice.next();
      await this.#inFolder(path, (from, to) => {
        const stat = fstatSync(from, { bigint: true });
        copyOpenMetadata(from, to, path === '.' ? Object.assign(stat, top) : stat);
      });
    }
  }

  async #inFolder(path: string, work: (from: number, to: number) => Promise<void> | void): Promise<void> {
    const open: number[] = [];
    try {
      for (const top of [this.#source, this.#target]) open.push(this.#open(top, path, FOLDER));
      const [from = -1, to = -1] = open;
      await work(from, to);
    } catch (error) {
      throw this.#failure(error, path);
    } finally {
      for (const fd of open) closeSync(fd);
    }
  }

  /** @returns whether it is a folder, still to be filled */
  async #entry(spot: Spot, entry: Entry): Promise<boolean> {
    try {
      const stat = entry.isDirectory ? undefined : lstatSync(entryPath(spot.from, spot.name), { bigint: true });
      if (stat === undefined || stat.isDirectory()) {
        this.#replacing(spot, () => mkdirSync(entryPath(spot.to, spot.name), { mode: 0o700 }));
        return true;
      }
      await this.#file(spot, stat);
      return false;
    } catch (error) {
      throw this.#failure(error, spot.path);
    }
  }

  async #file(spot: Spot, stat: BigIntStats): Promise<void> {
    if (stat.nlink > 1n) {
      const key = `${stat.dev}:${stat.ino}`;
      const first = this.#linked.get(key);
      if (first !== undefined) return this.#replacing(spot, () => this.#hardLink(first, spot));
      this.#linked.set(key, spot.path);
    }
    if (stat.isFile()) return this.#regular(spot);
    const [from, to] = [entryPath(spot.from, spot.name), entryPath(spot.to, spot.name)];
    this.#replacing(spot, () => {
      if (stat.isSymbolicLink()) symlinkSync(readlinkSync(from, { encoding: 'buffer' }), to);
      else makeLike(spot, stat);
    });
    copyNodeMetadata(from, to, stat);
  }

  async #regular(spot: Spot): Promise<void> {
    const from = this.#open(spot.from, spot.name, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const stat = fstatSync(from, { bigint: true });
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      let to = -1;
      this.#replacing(spot, () => {
        to = this.#open(spot.to, spot.name, { flags, mode: 0o600 });
      });
      try {
        await this.#data.copy({ from, to, size: Number(stat.size), allocated: Number(stat.blocks) * 512 });
        copyOpenMetadata(from, to, stat);
      } finally {
        closeSync(to);
      }
    } finally {
      closeSync(from);
    }
  }

  #hardLink(first: string, spot: Spot): void {
    const fd = this.#open(this.#target, first, O_PATH | constants.O_NOFOLLOW);
    try {
      const open = Buffer.from(`/proc/self/fd/${fd}\0`);
      if (libc().linkat(AT_FDCWD, open, spot.to, bytes(spot.name), AT_SYMLINK_FOLLOW) !== 0) throw lastError('link');
    } finally {
      closeSync(fd);
    }
  }

  /** Makes something new; what is in the way goes first, except a folder where a folder is to be. */
  #replacing(spot: Spot, make: () => void): void {
    try {
      make();
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const there = lstatSync(entryPath(spot.to, spot.name));
      const here = lstatSync(entryPath(spot.from, spot.name));
      if (there.isDirectory() && here.isDirectory()) return;
      unlinkSync(entryPath(spot.to, spot.name));
      make();
    }
  }

  #open(dir: number, path: string, flags: number | { flags: number; mode: number }): number {
    const fd = openAt(dir, bytes(path), { flags, resolve: STRICT });
    if (fd < 0) throw hostError('open', errnoName(-fd));
    return fd;
  }

  #failure(error: unknown, path: string): unknown {
    const code = codeOf(error);
    if (code === undefined || (error as { isCopyFailure?: boolean }).isCopyFailure === true) return error;
    const where = path === '.' ? this.#name : `${this.#name}/${Buffer.from(path, 'latin1').toString()}`;
    const failure: HostError & { isCopyFailure?: boolean } = hostError(`copy ${where}`, code, error);
    failure.isCopyFailure = true;
    return failure;
  }
}

function bytes(path: string): Buffer {
  return Buffer.from(`${path}\0`, 'latin1');
}

function makeLike(spot: Spot, stat: BigIntStats): void {
  const made = libc().mknodat(SYS.mknodat, spot.to, bytes(spot.name), Number(stat.mode), Number(stat.rdev));
  if (made !== 0) throw lastError('mknod');
}
