/**
 * Keeps commands from being started in a container while it is frozen: the OCI runtime refuses that, as if a user had
 * paused it. Several may be starting at once; who freezes waits for those, and those to come wait for the thaw.
 */
export class Stillness {
  readonly #starting = new Set<Promise<unknown>>();
  #still: Promise<unknown> | undefined;

  /** Runs the start of a command, when the container is not frozen. */
  async starting<T>(work: () => Promise<T>): Promise<T> {
    while (this.#still !== undefined) await this.#still;
    const start = work();
    const settled = start.catch(() => undefined).finally(() => this.#starting.delete(settled));
    this.#starting.add(settled);
    return start;
  }

  /** Runs what needs the container frozen; one at a time, by the container's lock. */
  async still<T>(work: () => Promise<T>): Promise<T> {
    const done = Promise.all(this.#starting).then(work);
    this.#still = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      this.#still = undefined;
    }
  }
}
