import type { Filters, PublishedEvent } from '../../../wire/index.ts';

/** What the events route needs of the engine. */
export interface EventsBackend {
  /** Takes part from this call on; times in nanoseconds since the epoch. Ends at `until`, or when `signal` aborts. */
  subscribe(query: {
    since?: bigint | undefined;
    until?: bigint | undefined;
    filters: Filters;
    signal: AbortSignal;
  }): AsyncIterable<PublishedEvent>;
}
