import { fsyncPath } from './fsync-path.ts';

/**
 * Makes changes to one folder durable, for many at a time. Whoever comes while the disk is at work waits for the next
 * round, and that one round serves all who came: a thousand parallel removals do not take a thousand rounds.
 */
export class GroupSync {
  readonly #folder: string;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves once everything done to the folder before this call is on disk. */
  sync(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    // The round under way may have begun before the caller's change: only one that begins from now on covers it.
    this.#next ??= this.#running.then(
      () => this.#startNext(),
      () => this.#startNext(),
    );
    return this.#next;
  }

  #startNext(): Promise<void> {
    this.#next = undefined;
    return this.#start();
  }

  #start(): Promise<void> {
    const round = fsyncPath(this.#folder).finally(() => {
      if (this.#running === round) this.#running = undefined;
    });
    this.#running = round;
    return round;
  }
}
