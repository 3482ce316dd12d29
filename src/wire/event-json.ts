import type { EngineEvent, EventMessage } from './event.ts';

/** An event with the moment it was published, in nanoseconds since the epoch; later events have greater ones. */
export interface PublishedEvent {
  event: EngineEvent;
  at: bigint;
}

/**
 * The event's JSON text. `timeNano` is written digit by digit: as a JavaScript number it would lose its last three
 * digits, and clients take it for the `since` of their next call.
 */
export function eventJson({ event, at }: PublishedEvent): string {
  const message: Omit<EventMessage, 'timeNano'> = {
    ...legacyFields(event),
    Type: event.type,
    Action: event.action,
    Actor: { ID: event.id, Attributes: event.attributes },
    scope: 'local',
    time: Number(at / 1_000_000_000n),
  };
  return `${JSON.stringify(message).slice(0, -1)},"timeNano":${at}}`;
}

/** `status`, `id` and `from` predate the other fields; only container and image events ever had them. */
function legacyFields(event: EngineEvent): Pick<EventMessage, 'status' | 'id' | 'from'> {
  if (event.type === 'image') return { status: event.action, id: event.id };
  if (event.type !== 'container') return {};
  const image = event.attributes.image ?? '';
  return { status: event.action, id: event.id, ...(image !== '' && { from: image }) };
}
