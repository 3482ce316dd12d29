import { unavailable } from '../errors/index.ts';
import type { PublishedEvent } from '../wire/index.ts';
import type { EventPredicate } from './filter.ts';

export interface SubscriptionOptions {
  matches: EventPredicate;
  /** Events that were published before, replayed first. */
  past: readonly PublishedEvent[];
  /** Nanoseconds since the epoch; the subscription ends at that moment. */
  until: bigint | undefined;
  /** How many events may wait for a slow reader before it is given up. */
  limit: number;
  signal: AbortSignal | undefined;
  onClose: (subscription: Subscription) => void;
}

/** The longest delay a timer takes; a later end is waited for in steps. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * One reader of events. It takes part from the moment it is made, not from its first read, so that nothing published
 * in between is lost; events come in the order they were published. It is read by one loop, once.
 */
export class Subscription implements AsyncIterable<PublishedEvent> {
  readonly #options: SubscriptionOptions;
  #queue: PublishedEvent[];
  #wake: () => void = () => {};
  #closed = false;
  #failure: Error | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#queue = options.past.filter((published) => this.#wants(published));
    if (options.signal?.aborted === true) this.close();
    else options.signal?.addEventListener('abort', this.close, { once: true });
    if (!this.#closed) this.#endAt();
  }

  /** Whether it takes no more events. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Hands over an event just published. */
  offer(published: PublishedEvent): void {
    if (this.#closed || !this.#wants(published)) return;
    if (this.#queue.length >= this.#options.limit) {
      this.#failure = unavailable('events were dropped: the client reads too slowly');
      this.#queue = [];
      this.close();
      return;
    }
    this.#queue.push(published);
    this.#wake();
  }

  /** Takes no more events; what is queued can still be read. */
  readonly close = (): void => {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.close);
    this.#options.onClose(this);
    this.#wake();
  };

  /** @throws unavailable where events had to be dropped because they were read too slowly. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PublishedEvent> {
    try {
      while (true) {
        const ready = this.#queue;
        this.#queue = [];
        yield* ready;
        if (this.#queue.length > 0) continue;
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#closed) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.close();
    }
  }

  #wants({ event, at }: PublishedEvent): boolean {
    const { until, matches } = this.#options;
    return (until === undefined || at <= until) && matches(event);
  }

  #endAt(): void {
    const { until } = this.#options;
    if (until === undefined) return;
    const left = Number(until / 1_000_000n) - Date.now();
    if (left <= 0) {
      this.close();
      return;
    }
    this.#timer = setTimeout(() => this.#endAt(), Math.min(left, LONGEST_TIMER));
    // An events stream that is waiting for its end must not keep a stopping daemon alive.
    this.#timer.unref();
  }
}
