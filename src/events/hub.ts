import { invalidArgument } from '../errors/index.ts';
import type { EngineEvent, Filters, PublishedEvent } from '../wire/index.ts';
import { formatTime } from '../wire/index.ts';
import { eventClock } from './clock.ts';
import { eventPredicate } from './filter.ts';
import { Subscription } from './subscription.ts';

export interface EventHubOptions {
  /** How many events are kept for `since`. */
  history?: number;
  /** How many events may wait for one slow reader. */
  backlog?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

export interface EventQuery {
  /** Nanoseconds since the epoch; both inclusive. Without either, only events from now on. */
  since?: bigint | undefined;
  until?: bigint | undefined;
  filters: Filters;
  signal?: AbortSignal;
}

/** Where every part of the engine raises its events and GET /events reads them. */
export class EventHub {
  readonly #history: number;
  readonly #backlog: number;
  readonly #clock: () => bigint;
  readonly #subscriptions = new Set<Subscription>();
  #recent: PublishedEvent[] = [];

  constructor(options: EventHubOptions = {}) {
    this.#history = options.history ?? 2048;
    this.#backlog = options.backlog ?? 16_384;
    this.#clock = eventClock(options.now);
  }

  /** How many readers there are, for /info. */
  get listeners(): number {
    return this.#subscriptions.size;
  }

  /** Stamps an event and hands it to every reader; never throws and never waits. An arrow, to be given away as `Emit`. */
  readonly publish = (event: EngineEvent): void => {
    const published = { event, at: this.#clock() };
    this.#recent.push(published);
    // Cut in halves rather than one by one, which would move the whole array at each event.
    if (this.#recent.length >= this.#history * 2) this.#recent = this.#recent.slice(-this.#history);
    for (const subscription of this.#subscriptions) subscription.offer(published);
  };

  /**
   * Subscribes at once, so that no event is missed between this call and the first read.
   * @returns past events from `since` on and then live ones, until `until`, `signal`, or the reader leaves the loop.
   * @throws invalid-argument for unknown filters and for a `since` after `until`.
   */
  subscribe(query: EventQuery): AsyncIterable<PublishedEvent> {
    const { since, until } = query;
    if (since !== undefined && until !== undefined && since > until) {
      throw invalidArgument(
        `\`since\` time (${formatTime(since)}) cannot be after \`until\` time (${formatTime(until)})`,
      );
    }
    const subscription: Subscription = new Subscription({
      matches: eventPredicate(query.filters),
      past: this.#past(since, until),
      until,
      limit: this.#backlog,
      signal: query.signal,
      onClose: (closed) => this.#subscriptions.delete(closed),
    });
    if (!subscription.closed) this.#subscriptions.add(subscription);
    return subscription;
  }

  #past(since: bigint | undefined, until: bigint | undefined): readonly PublishedEvent[] {
    if (since === undefined && until === undefined) return [];
    const kept = this.#recent.slice(-this.#history);
    return since === undefined ? kept : kept.filter((published) => published.at >= since);
  }
}
