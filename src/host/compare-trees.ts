import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, readlinkSync, readSync } from 'node:fs';
import { entriesOf, entryPath } from './directory-entries.ts';
import { errnoName, hostError } from './host-error.ts';
import { openAt, openRoot, RESOLVE } from './in-root.ts';
import { TimeSlice } from './time-slice.ts';
import { getXattr, listXattr } from './xattr.ts';

/** What of an entry can differ. */
export type Aspect = 'kind' | 'content' | 'mode' | 'owner' | 'times' | 'attributes' | 'device' | 'target';

/** One entry that is not the same in both trees. */
export interface Difference {
  /** From the top, beginning with "/"; bytes that are no UTF-8 become U+FFFD. */
  path: string;
  change: 'added' | 'changed' | 'deleted';
  /** Of a changed one: what differs. */
  aspects: readonly Aspect[];
}

interface CompareOptions {
  /** Reads all files, where else those of the same size and modification time count as the same. */
  exact?: boolean;
  signal?: AbortSignal;
}

const STRICT = RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * What has been done to `before` to make it `after`, folder by folder in the order of names. An added or deleted folder is
 * told with all that is in it. Neither side is trusted: no link is followed. What changes meanwhile is told as it was or as
 * it is then.
 */
export async function* compareTrees(
  before: string,
  after: string,
  options: CompareOptions = {},
): AsyncGenerator<Difference> {
  const tops: number[] = [];
  try {
    for (const path of [before, after]) tops.push(openRoot(path));
    const [one = -1, other = -1] = tops;
    yield* new Comparison({ before: one, after: other }, options).run();
  } finally {
    for (const fd of tops) closeSync(fd);
  }
}

interface Side {
  before: number;
  after: number;
}

class Comparison {
  readonly #tops: Side;
  readonly #options: CompareOptions;
  readonly #slice = new TimeSlice();

  constructor(tops: Side, options: CompareOptions) {
    this.#tops = tops;
    this.#options = options;
  }

  async *run(): AsyncGenerator<Difference> {
    const aspects = [
      ...aspectsOf(fstatSync(this.#tops.before, { bigint: true }), fstatSync(this.#tops.after, { bigint: true })),
    ];
    if (aspects.length > 0) yield { path: '/', change: 'changed', aspects };
    const folders = ['.'];
    // A stack: each folder puts those inside it, on whichever side, on top.
    for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
      const inside: string[] = [];
      for (const difference of this.#folder(path, inside)) {
        yield difference;
        if (this.#slice.isOver) await this.#slice.next();
        this.#options.signal?.throwIfAborted();
      }
      while (inside.length > 0) folders.push(inside.pop() ?? '');
      if (this.#slice.isOver) await this.#slice.next();
    }
  }

  *#folder(path: string, inside: string[]): Generator<Difference> {
    const [before, after] = [open(this.#tops.before, path, FOLDER), open(this.#tops.after, path, FOLDER)];
    try {
      const names = new Set([...namesIn(before), ...namesIn(after)]);
      for (const name of [...names].sort()) {
        const inner = path === '.' ? name : `${path}/${name}`;
        const [was, is] = [statIn(before, name), statIn(after, name)];
        if (was?.isDirectory() || is?.isDirectory()) inside.push(inner);
        const shown = `/${Buffer.from(inner, 'latin1').toString()}`;
        if (was === undefined && is !== undefined) yield { path: shown, change: 'added', aspects: [] };
        if (was !== undefined && is === undefined) yield { path: shown, change: 'deleted', aspects: [] };
        if (was === undefined || is === undefined || before === undefined || after === undefined) continue;
        const aspects = [...aspectsOf(was, is), ...this.#contents({ before, after }, name, [was, is])];
        if (aspects.length > 0) yield { path: shown, change: 'changed', aspects };
      }
    } finally {
      for (const fd of [before, after]) if (fd !== undefined) closeSync(fd);
    }
  }

  /** What is only told by looking into both. */
  *#contents(at: Side, name: string, [was, is]: [BigIntStats, BigIntStats]): Generator<Aspect> {
    if ((was.mode ^ is.mode) & FORMAT) return;
    if (was.isSymbolicLink()) {
      const target = (dir: number) => readlinkSync(entryPath(dir, name), { encoding: 'buffer' });
      if (!target(at.before).equals(target(at.after))) yield 'target';
      return;
    }
    if (was.isFile() && this.#differs(at, name, [was, is])) yield 'content';
    if (attributes(entryPath(at.before, name)) !== attributes(entryPath(at.after, name))) yield 'attributes';
  }

  #differs(at: Side, name: string, [was, is]: [BigIntStats, BigIntStats]): boolean {
    if (was.size !== is.size) return true;
    if (was.mtimeNs === is.mtimeNs && this.#options.exact !== true) return false;
    const [before, after] = [open(at.before, name, FILE), open(at.after, name, FILE)];
    try {
      return before === undefined || after === undefined || !sameBytes(before, after);
    } finally {
      for (const fd of [before, after]) if (fd !== undefined) closeSync(fd);
    }
  }
}

/** The part of a mode that says what kind of entry it is. */
const FORMAT = 0o170000n;

function* aspectsOf(was: BigIntStats, is: BigIntStats): Generator<Aspect> {
  if ((was.mode ^ is.mode) & FORMAT) yield 'kind';
  else if (was.mode !== is.mode && !was.isSymbolicLink()) yield 'mode';
  if (was.uid !== is.uid || was.gid !== is.gid) yield 'owner';
  if (was.isFile() && is.isFile() && was.mtimeNs !== is.mtimeNs) yield 'times';
  if (was.rdev !== is.rdev) yield 'device';
}

function attributes(path: Buffer): string {
  return listXattr(path)
    .sort()
    .map((name) => `${name}=${getXattr(path, name)?.toString('hex')}`)
    .join();
}

const PIECE = 1024 * 1024;
const pieces: [Buffer, Buffer] = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)];

function sameBytes(before: number, after: number): boolean {
  const [one, other] = pieces;
  for (let position = 0; ; ) {
    const [first, second] = [readSync(before, one, 0, PIECE, position), readSync(after, other, 0, PIECE, position)];
    if (first !== second || one.compare(other, 0, second, 0, first) !== 0) return false;
    if (first === 0) return true;
    position += first;
  }
}

/** Undefined where it is not there, or something else. */
function open(dir: number, path: string, flags: number): number | undefined {
  const fd = openAt(dir, Buffer.from(`${path}\0`, 'latin1'), { flags, resolve: STRICT });
  if (fd >= 0) return fd;
  const code = errnoName(-fd);
  if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(code)) return undefined;
  throw hostError(`open ${Buffer.from(path, 'latin1').toString()}`, code);
}

const namesIn = (dir: number | undefined): string[] =>
  dir === undefined ? [] : [...entriesOf(dir)].flatMap((batch) => batch.map(({ name }) => name));

const statIn = (dir: number | undefined, name: string): BigIntStats | undefined =>
  dir === undefined ? undefined : lstatSync(entryPath(dir, name), { bigint: true, throwIfNoEntry: false });
