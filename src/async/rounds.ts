/**
 * Work that serves everybody who asked before it began. Whoever comes while a round is under way waits for the next, and
 * that one round serves all who came: a thousand callers at a time do not take a thousand rounds.
 */
export class Rounds {
  readonly #work: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Resolves at the end of a round that began after this call; rejects as that round does. */
  run(): Promise<void> {
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
    const round = this.#work().finally(() => {
      if (this.#running === round) this.#running = undefined;
    });
    this.#running = round;
    return round;
  }
}
