import { cancelled } from '../errors/index.ts';

/**
 * A mutual exclusion per key, first come first served. Keys that nobody holds or waits for take no memory.
 * Lock order in the engine: container, then volumes sorted by name, then the driver.
 */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<void>>();

  /**
   * Runs `work` while holding `key`.
   * @param options.signal gives up waiting (never interrupts work under way) and rejects with kind `cancelled`.
   */
  async hold<T>(key: string, work: () => Promise<T> | T, options: { signal?: AbortSignal } = {}): Promise<T> {
    const before = this.#tails.get(key);
    let release: () => void = () => {};
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    const tail = before === undefined ? mine : before.then(() => mine);
    this.#tails.set(key, tail);
    try {
      if (before !== undefined) await orAborted(before, options.signal);
      return await work();
    } finally {
      release();
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }

  /** Runs `work` while holding several keys, taken one after the other in their order, so that nobody waits in a circle. */
  holdAll<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const [first, ...rest] = [...new Set(keys)].sort();
    return first === undefined ? work() : this.hold(first, () => this.holdAll(rest, work));
  }
}

async function orAborted(wait: Promise<void>, signal?: AbortSignal): Promise<void> {
  if (signal === undefined) return wait;
  if (signal.aborted) throw cancelled('the request was cancelled');
  let onAbort: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelled('the request was cancelled'));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([wait, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
