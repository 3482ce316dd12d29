/** Counts who needs what while it is in no image yet, or read by someone, so that nothing is deleted under them. */
export class Pins {
  readonly #counts = new Map<string, number>();

  has(digest: string): boolean {
    return this.#counts.has(digest);
  }

  add(digests: readonly string[]): void {
    for (const digest of digests) this.#counts.set(digest, (this.#counts.get(digest) ?? 0) + 1);
  }

  remove(digests: readonly string[]): void {
    for (const digest of digests) {
      const count = (this.#counts.get(digest) ?? 0) - 1;
      if (count > 0) this.#counts.set(digest, count);
      else this.#counts.delete(digest);
    }
  }
}
