import { ftruncateSync, read, readSync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { cancelled } from '../errors/index.ts';
import { codeOf, errnoName, hostError } from './host-error.ts';
import { libc } from './libc.ts';

const readSlowly = promisify(read);
const writeSlowly = promisify(write);

const FICLONE = 0x40049409;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
/** Up to this size a file is copied without leaving the main thread. */
const SMALL = 1024 * 1024;
/** How much one call off the main thread copies. */
const PIECE = 64 * 1024 * 1024;

export interface FilePair {
  from: number;
  to: number;
  size: number;
  /** Bytes on disk: fewer than `size` tells of holes. */
  allocated: number;
}

/** Who watches a copy: is told how much of it is done, and can have it end. */
export class CopyWatch {
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: ((progress: { done: number; total: number }) => void) | undefined;
  #done = 0;

  constructor(options: CopyWatchOptions = {}) {
    this.#signal = options.signal;
    this.#onProgress = options.onProgress;
  }

  /** Counts bytes that are copied. @throws cancelled where it is to end. */
  add(bytes: number): void {
    this.#done += bytes;
    this.#onProgress?.({ done: this.#done, total: 0 });
    this.check();
  }

  /** @throws cancelled where it is to end. */
  check(): void {
    if (this.#signal?.aborted === true) throw cancelled('the copy was cancelled');
  }
}

export interface CopyWatchOptions {
  signal?: AbortSignal | undefined;
  /** In bytes; the total is not known. */
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

/**
 * Copies the content of open files by the cheapest way the file systems offer: a shared copy (FICLONE), a copy inside the
 * kernel, or by hand. Holes stay holes. What a file system once refused is not asked of it again.
 */
export class DataCopier {
  #canClone = true;
  #canCopyRange = true;
  #buffer: Buffer | undefined;
  readonly #watch: CopyWatch;

  constructor(watch: CopyWatch = new CopyWatch()) {
    this.#watch = watch;
  }

  async copy(pair: FilePair): Promise<void> {
    if (pair.size === 0) return;
    if (this.#canClone) {
      if (sharesData(pair.from, pair.to)) return this.#watch.add(pair.allocated);
      this.#canClone = false;
    }
    if (pair.allocated >= pair.size) return this.#range(pair, 0, pair.size);
    for (const [start, end] of dataRanges(pair)) await this.#range(pair, start, end);
    ftruncateSync(pair.to, pair.size);
  }

  async #range(pair: FilePair, start: number, end: number): Promise<void> {
    let at = start;
    while (at < end) {
      const length = Math.min(end - at, PIECE);
      const copied = this.#canCopyRange ? await this.#copyRange(pair, at, length) : undefined;
      const done = copied ?? (await this.#byHand(pair, at, length));
      // The file became shorter meanwhile: what is gone cannot be copied.
      if (done === 0) return;
      at += done;
      this.#watch.add(done);
    }
  }

  /** @returns undefined where these two file systems cannot copy among themselves */
  async #copyRange(pair: FilePair, at: number, length: number): Promise<number | undefined> {
    const [from, to] = [offset(at), offset(at)];
    let copied: number;
    let errno = 0;
    if (length <= SMALL) {
      copied = libc().copyFileRange(pair.from, from, pair.to, to, length, 0);
      if (copied < 0) errno = libc().errno();
    } else {
      copied = await new Promise<number>((resolve, reject) => {
        libc().copyFileRange.async(pair.from, from, pair.to, to, length, 0, (error, result) => {
          if (result < 0) errno = libc().errno();
          if (error !== null && error !== undefined) reject(error);
          else resolve(result);
        });
      });
    }
    if (copied >= 0) return copied;
    if (!['EXDEV', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EBADF', 'ETXTBSY'].includes(errnoName(errno))) {
      throw hostError('copy', errno);
    }
    this.#canCopyRange = false;
    return undefined;
  }

  async #byHand(pair: FilePair, at: number, length: number): Promise<number> {
    this.#buffer ??= Buffer.allocUnsafe(SMALL);
    const wanted = Math.min(length, this.#buffer.length);
    if (pair.size <= SMALL) {
      const got = readSync(pair.from, this.#buffer, 0, wanted, at);
      writeAllSync(pair.to, this.#buffer.subarray(0, got), at);
      return got;
    }
    const { bytesRead } = await readSlowly(pair.from, this.#buffer, 0, wanted, at);
    for (let done = 0; done < bytesRead; ) {
      done += (await writeSlowly(pair.to, this.#buffer, done, bytesRead - done, at + done)).bytesWritten;
    }
    return bytesRead;
  }
}

/** Gives an open file the data of another, shared. @returns whether their file system can do that */
export const sharesData = (from: number, to: number): boolean => libc().ioctl(to, FICLONE, from) === 0;

function writeAllSync(to: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(to, bytes, done, bytes.length - done, at + done);
}

function offset(at: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(at));
  return bytes;
}

/** The parts of a sparse file that hold data; the whole file where the file system cannot tell. */
function* dataRanges(pair: FilePair): Generator<[start: number, end: number]> {
  let at = 0;
  while (at < pair.size) {
    const start = libc().lseek(pair.from, at, SEEK_DATA);
    if (start < 0) {
      const error = hostError('lseek', libc().errno());
      // ENXIO: nothing but a hole from here on.
      if (codeOf(error) === 'ENXIO') return;
      yield [at, pair.size];
      return;
    }
    const end = libc().lseek(pair.from, start, SEEK_HOLE);
    at = end < 0 ? pair.size : Math.min(end, pair.size);
    yield [start, at];
  }
}
