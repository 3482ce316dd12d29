/** The nouns that events speak of (Docker's `Type`). */
export type EventType = 'container' | 'volume' | 'image' | 'network' | 'daemon';

/** An event as the engine raises it: time and the legacy fields are added where it is published. */
export interface EngineEvent {
  type: EventType;
  action: string;
  /** Full container id, volume name, image reference or id; "" for prune. */
  id: string;
  attributes: Record<string, string>;
  /** The container that a new volume was made for. Not published: Docker's event does not have it. */
  holder?: string;
}

/** How any part of the engine raises an event; given to it by whoever constructs it. */
export type Emit = (event: EngineEvent) => void;

/** An event on the wire, GET /events. `status`, `id`, `from` are the legacy fields of container and image events. */
export interface EventMessage {
  status?: string;
  id?: string;
  from?: string;
  Type: EventType;
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
  scope: 'local';
  /** Seconds and nanoseconds since the epoch; the latter loses precision in a JavaScript number, as JSON has it. */
  time: number;
  timeNano: number;
}
