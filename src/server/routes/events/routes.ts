import { eventJson, type PublishedEvent, parseOptionalTime } from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import { sendStream } from '../../streams.ts';
import type { EventsBackend } from './backend.ts';

/** GET /events. Clients list after they have seen the head, so the subscription stands before the head is sent. */
export function eventRoutes(events: EventsBackend): Route[] {
  return [{ method: 'GET', path: '/events', handle: (call) => stream(events, call) }];
}

function stream(events: EventsBackend, call: Call): Promise<void> {
  const published = events.subscribe({
    since: parseOptionalTime(call.text('since')),
    until: parseOptionalTime(call.text('until')),
    filters: call.filters(),
    signal: call.signal,
  });
  return sendStream(call, { type: 'application/json', eager: true, chunks: lines(published) });
}

async function* lines(published: AsyncIterable<PublishedEvent>): AsyncGenerator<string> {
  for await (const one of published) yield `${eventJson(one)}\n`;
}
