/** A transfer under way, as it is told to whoever asks. */
export interface TransferFacts {
  id: string;
  kind: 'export' | 'import';
  /** "" for an import whose archive has not said yet what volume it is of. */
  volume: string;
  /** Bytes so far: of an export before compression, of an import as they came. */
  done: number;
  /** Bytes in all, about; 0 where that is not known. */
  total: number;
  /** RFC 3339. */
  startedAt: string;
}

/** How far a transfer has got. */
export type Meter = () => Pick<TransferFacts, 'volume' | 'done' | 'total'>;

/** The transfers under way. */
export class RunningTransfers {
  readonly #running = new Map<string, { kind: TransferFacts['kind']; startedAt: string; meter: Meter }>();
  #count = 0;

  /** @returns its id, good until `end`. */
  start(kind: TransferFacts['kind'], meter: Meter): string {
    this.#count += 1;
    const id = `${kind}-${this.#count}`;
    this.#running.set(id, { kind, startedAt: new Date().toISOString(), meter });
    return id;
  }

  end(id: string): void {
    this.#running.delete(id);
  }

  list(): TransferFacts[] {
    return [...this.#running].map(([id, { kind, startedAt, meter }]) => ({ id, kind, startedAt, ...meter() }));
  }
}
