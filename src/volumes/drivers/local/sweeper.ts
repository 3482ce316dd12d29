import { setTimeout } from 'node:timers/promises';
import type { Log } from '../../../host/index.ts';
import type { PoolDriver } from '../../pools/index.ts';

/** How long nothing may have been added before deleting begins, and how long it may be put off, in milliseconds. */
const quietMs = 50;
const longestWaitMs = 2000;

/**
 * Deletes, behind the answers, what nobody can see any more: the data of removed volumes, and what a crash left of
 * volumes that were being made or deleted. One folder at a time, and not while removals still come in: deleting costs the
 * disk far more than the renames that they wait for.
 *
 * A removed volume passes through here between its rename and its deletion, and nowhere else.
 */
export class Sweeper {
  readonly #pool: PoolDriver;
  readonly #log: Log;
  readonly #folders: string[] = [];
  #working: Promise<void> | undefined;
  #lastAdded = 0;
  #closed = false;
  /** Ends the wait for quiet. */
  #hurry = new AbortController();

  constructor(pool: PoolDriver, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  /** Takes folders, by their paths, to delete soon. */
  add(...folders: readonly string[]): void {
    if (folders.length === 0) return;
    this.#folders.push(...folders);
    this.#lastAdded = performance.now();
    this.#working ??= this.#work();
  }

  /** Deletes everything given so far, now. */
  async idle(): Promise<void> {
    this.#hurry.abort();
    await this.#working;
  }

  /** Finishes the folder at hand and leaves the rest to the next start-up. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.idle();
  }

  async #work(): Promise<void> {
    this.#hurry = new AbortController();
    const until = performance.now() + longestWaitMs;
    while (!this.#closed && this.#folders.length > 0) {
      const wait = Math.min(this.#lastAdded + quietMs, until) - performance.now();
      if (wait > 0 && !this.#hurry.signal.aborted) await this.#pause(wait);
      else await this.#delete(this.#folders.shift() ?? '');
    }
    this.#working = undefined;
  }

  async #pause(milliseconds: number): Promise<void> {
    try {
      await setTimeout(milliseconds, undefined, { ref: false, signal: this.#hurry.signal });
    } catch {
      // Somebody waits for the end of it.
    }
  }

  async #delete(folder: string): Promise<void> {
    try {
      await this.#pool.remove(folder);
    } catch (error) {
      this.#log.warn(
        { folder, err: error },
        'could not delete what is left of a removed volume; the next start tries again',
      );
    }
  }
}
