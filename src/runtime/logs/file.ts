import { closeSync, type FSWatcher, fstatSync, read, statSync, watch } from 'node:fs';
import { promisify } from 'node:util';
import { codeOf } from '../../host/index.ts';
import { type OpenLogFile, openLogFiles } from './rotated-files.ts';
import { tailStart } from './tail.ts';

const readAsync = promisify(read);
const blockBytes = 256 * 1024;
/** How often a log is looked at that cannot be watched: it is not there yet, or there are no inotify watches left. */
const lookMs = 200;

export interface FollowOptions {
  follow?: boolean | undefined;
  stop?: Promise<unknown> | undefined;
  signal?: AbortSignal | undefined;
}

/** The files of a log, read as one. The newest may still grow, and get a successor while it is read. */
export class LogFile {
  readonly #path: string;
  readonly #options: FollowOptions;
  /** The one that is read, and its successors as far as they are known. */
  #files: OpenLogFile[] = [];
  #position = 0;
  #watcher: FSWatcher | undefined;
  #stopped: boolean;
  #wake: (() => void) | undefined;
  #changed = false;

  constructor(path: string, options: FollowOptions) {
    this.#path = path;
    this.#options = options;
    this.#stopped = options.follow !== true;
    const stop = (): void => {
      this.#stopped = true;
      this.#alert();
    };
    options.stop?.then(stop, stop);
    options.signal?.addEventListener('abort', this.#alert, { once: true });
  }

  /** @returns false where there is no file, and none comes before the following is stopped */
  async open(): Promise<boolean> {
    for (;;) {
      const last = this.#isOver;
      this.#files = openLogFiles(this.#path);
      if (this.#files.length > 0) return true;
      if (last) return false;
      await this.#change();
    }
  }

  /** Goes to where the last lines begin of what there is now. */
  seekTail(lines: number): void {
    const sized = this.#files.map(({ fd }) => ({ fd, size: fstatSync(fd).size }));
    const { index, offset } = tailStart(sized, lines);
    for (const { fd } of this.#files.splice(0, index)) closeSync(fd);
    this.#position = offset;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#options.signal?.removeEventListener('abort', this.#alert);
    for (const { fd } of this.#files.splice(0)) closeSync(fd);
  }

  /** Everything from the position on; `anew` between the end of a file and the beginning of its successor. */
  async *blocks(): AsyncGenerator<Buffer | 'anew'> {
    for (;;) {
      // Both before reading: what was written until then is what there is to read after it. A file with a successor is over.
      const last = this.#isOver;
      const isOld = this.#hasSuccessor();
      this.#changed = false;
      for (;;) {
        if (this.#options.signal?.aborted === true) return;
        const block = await this.#block();
        if (block === undefined) break;
        yield block;
      }
      if (isOld || this.#isCut()) {
        if (isOld) this.#advance();
        this.#position = 0;
        yield 'anew';
      } else if (last) return;
      else await this.#change();
    }
  }

  get #isOver(): boolean {
    return this.#stopped || this.#options.signal?.aborted === true;
  }

  async #block(): Promise<Buffer | undefined> {
    const buffer = Buffer.allocUnsafe(blockBytes);
    const { bytesRead } = await readAsync(this.#current.fd, buffer, 0, blockBytes, this.#position);
    this.#position += bytesRead;
    return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
  }

  get #current(): OpenLogFile {
    return this.#files[0] ?? { fd: -1, inode: 0 };
  }

  /** Looks whether another file has the log's name by now, and opens it, and those between. */
  #hasSuccessor(): boolean {
    if (this.#files.length > 1) return true;
    const named = statSync(this.#path, { throwIfNoEntry: false });
    if (named === undefined || named.ino === this.#current.inode) return false;
    const all = openLogFiles(this.#path);
    // Where the one that is read has been dropped meanwhile, all that there are came after it.
    const known = all.splice(0, all.findIndex(({ inode }) => inode === this.#current.inode) + 1);
    for (const { fd } of known) closeSync(fd);
    this.#files.push(...all);
    return all.length > 0;
  }

  #isCut(): boolean {
    return fstatSync(this.#current.fd).size < this.#position;
  }

  #advance(): void {
    const [old] = this.#files.splice(0, 1);
    if (old !== undefined) closeSync(old.fd);
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  readonly #alert = (): void => {
    this.#changed = true;
    this.#wake?.();
  };

  async #change(): Promise<void> {
    const isWatched = this.#watch();
    if (this.#changed) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (!isWatched) timer = setTimeout(resolve, lookMs);
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }

  /** @returns whether changes will be told. From the first watch on; so the first time something may have been missed. */
  #watch(): boolean {
    if (this.#watcher !== undefined) return true;
    if (this.#files.length === 0) return false;
    try {
      this.#watcher = watch(this.#path, { persistent: false }, this.#alert);
      this.#watcher.on('error', this.#alert);
      this.#changed = true;
      return true;
    } catch (error) {
      // Replaced this instant, or out of watches: look again after a while.
      if (['ENOENT', 'ENOSPC', 'EMFILE'].includes(codeOf(error) ?? '')) return false;
      throw error;
    }
  }
}
