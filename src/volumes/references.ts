import { conflict } from '../errors/index.ts';

/**
 * Who holds which volume. A holder is an opaque string, a container's id; it is counted once, however often the
 * container mounts the volume. Kept in memory alone: whoever keeps the containers says it again at each start.
 */
export class References {
  readonly #holders = new Map<string, Set<string>>();
  readonly #leaving = new Set<string>();

  /** @throws conflict while the volume is being removed. */
  add(name: string, holder: string): void {
    if (this.#leaving.has(name)) throw conflict('volume is being removed');
    const holders = this.#holders.get(name) ?? new Set();
    this.#holders.set(name, holders.add(holder));
  }

  delete(name: string, holder: string): void {
    const holders = this.#holders.get(name);
    holders?.delete(holder);
    if (holders?.size === 0) this.#holders.delete(name);
  }

  of(name: string): string[] {
    return [...(this.#holders.get(name) ?? [])];
  }

  count(name: string): number {
    return this.#holders.get(name)?.size ?? 0;
  }

  /**
   * Runs the removal of a volume that nobody holds. Between the check and the end of the removal nobody can take hold of
   * it: so either the holder comes first and the removal is refused, or the holder is told.
   * @throws conflict `volume is in use - [holder, …]`.
   */
  async whileFree<T>(name: string, removal: () => Promise<T>): Promise<T> {
    const holders = this.of(name);
    if (holders.length > 0) throw conflict(`volume is in use - [${holders.join(', ')}]`);
    this.#leaving.add(name);
    try {
      return await removal();
    } finally {
      this.#leaving.delete(name);
    }
  }
}
