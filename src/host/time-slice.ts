/**
 * Lets long work done by blocking calls give way: after each slice of time everything else that waits gets its turn.
 * Blocking calls are ten times cheaper than promises for small files, as long as nobody has to wait for them.
 */
export class TimeSlice {
  #end: number;
  readonly #length: number;

  /** @param milliseconds how long one slice is */
  constructor(milliseconds = 5) {
    this.#length = milliseconds;
    this.#end = performance.now() + milliseconds;
  }

  /** Tells whether this slice is used up: then `await next()`. */
  get isOver(): boolean {
    return performance.now() >= this.#end;
  }

  async next(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#end = performance.now() + this.#length;
  }
}
