import { closeSync, type FSWatcher, fstatSync, openSync, read, statSync, watch } from 'node:fs';
import { promisify } from 'node:util';
import { codeOf } from '../../host/index.ts';

const readAsync = promisify(read);
const blockBytes = 256 * 1024;
/** How often a log is looked at that cannot be watched: it is not there yet, or there are no inotify watches left. */
const lookMs = 200;

export interface FollowOptions {
  follow?: boolean | undefined;
  stop?: Promise<unknown> | undefined;
  signal?: AbortSignal | undefined;
}

/** A log file that may still grow, and may be replaced by a new one while it is read. */
export class LogFile {
  readonly #path: string;
  readonly #options: FollowOptions;
  #fd: number | undefined;
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
      try {
        this.#fd = openSync(this.#path, 'r');
        return true;
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
      }
      if (last) return false;
      await this.#change();
    }
  }

  get fd(): number {
    return this.#fd ?? -1;
  }

  /** In bytes, now. */
  size(): number {
    return fstatSync(this.fd).size;
  }

  seek(position: number): void {
    this.#position = position;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#options.signal?.removeEventListener('abort', this.#alert);
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** Everything from the position on; `anew` between the end of a file and the beginning of the one in its place. */
  async *blocks(): AsyncGenerator<Buffer | 'anew'> {
    for (;;) {
      // Before reading: what was written until the stop is what there is to read after it.
      const last = this.#isOver;
      this.#changed = false;
      for (;;) {
        if (this.#options.signal?.aborted === true) return;
        const block = await this.#block();
        if (block === undefined) break;
        yield block;
      }
      if (this.#isReplaced()) {
        this.#reopen();
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
    const { bytesRead } = await readAsync(this.fd, buffer, 0, blockBytes, this.#position);
    this.#position += bytesRead;
    return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
  }

  /** By another file of its name, which is how conmon starts anew, or by being cut short. */
  #isReplaced(): boolean {
    const ours = fstatSync(this.fd);
    if (ours.size < this.#position) return true;
    const named = statSync(this.#path, { throwIfNoEntry: false });
    return named !== undefined && (named.ino !== ours.ino || named.dev !== ours.dev);
  }

  #reopen(): void {
    const old = this.fd;
    this.#fd = openSync(this.#path, 'r');
    closeSync(old);
    this.#position = 0;
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
    if (this.#fd === undefined) return false;
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
