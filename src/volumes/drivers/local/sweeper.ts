import { type Log, removeTree } from '../../../host/index.ts';

/**
 * Deletes, behind the answers, what nobody can see any more: the data of removed volumes, and what a crash left of
 * volumes that were being made or deleted. One folder at a time, so that the disk stays free for others.
 *
 * A removed volume passes through here between its rename and its deletion, and nowhere else.
 */
export class Sweeper {
  readonly #log: Log;
  readonly #folders: string[] = [];
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes folders, by their paths, to delete soon. */
  add(...folders: readonly string[]): void {
    this.#folders.push(...folders);
    if (this.#folders.length > 0) this.#working ??= this.#work();
  }

  /** Resolves once everything given so far is deleted. */
  async idle(): Promise<void> {
    await this.#working;
  }

  /** Finishes the folder at hand and leaves the rest to the next start-up. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    // Answers first: whoever gave the folder still has something to say to its caller.
    await new Promise(setImmediate);
    for (let folder = this.#next(); folder !== undefined; folder = this.#next()) await this.#delete(folder);
    this.#working = undefined;
  }

  #next(): string | undefined {
    return this.#closed ? undefined : this.#folders.shift();
  }

  async #delete(folder: string): Promise<void> {
    try {
      await removeTree(folder);
    } catch (error) {
      this.#log.warn(
        { folder, err: error },
        'could not delete what is left of a removed volume; the next start tries again',
      );
    }
  }
}
