/** What tells its progress while it runs: `report` never waits; the signal aborts when nobody reads on. */
type Work<T> = (report: (message: T) => void, signal: AbortSignal) => Promise<void>;

/**
 * Runs `work` and gives what it reports. It starts when the first message is asked for; a failure comes out of the
 * iteration, before any message where there was none yet. Whoever stops reading aborts the work at once, and has it
 * ended before `return` resolves.
 */
export function reporting<T>(work: Work<T>): AsyncIterableIterator<T> {
  return new ReportStream(work);
}

class ReportStream<T> implements AsyncIterableIterator<T> {
  readonly #work: Work<T>;
  readonly #abort = new AbortController();
  readonly #waiting: T[] = [];
  #running: Promise<unknown> | undefined;
  #over = false;
  #wake: () => void = () => {};

  constructor(work: Work<T>) {
    this.#work = work;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    this.#running ??= settled(this.#start());
    for (;;) {
      const value = this.#waiting.shift();
      if (value !== undefined) return { done: false, value };
      if (this.#over) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const failure = await this.#running;
    this.#running = Promise.resolve(undefined);
    if (failure !== undefined) throw failure;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<T>> {
    this.#abort.abort();
    await this.#running;
    this.#running = Promise.resolve(undefined);
    this.#waiting.length = 0;
    this.#over = true;
    this.#wake();
    return { done: true, value: undefined };
  }

  async #start(): Promise<void> {
    try {
      await this.#work((message) => {
        this.#waiting.push(message);
        this.#wake();
      }, this.#abort.signal);
    } finally {
      this.#over = true;
      this.#wake();
    }
  }
}

/** What a promise failed with; undefined where it did not. */
async function settled(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error;
  }
}
