import { encodeFilters, textLines } from '../../client/index.ts';
import { invalidArgument, messageOf } from '../../errors/index.ts';
import type { EventMessage } from '../../wire/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { filters, text } from '../flags/index.ts';
import { parseJsonExactly } from '../format/indent-json.ts';
import { rfc3339Nano } from '../format/time.ts';
import { compileTemplate, type Fields, toJson } from '../template/index.ts';
import { timestampQuery } from '../timestamp.ts';

export const events = defineCommand({
  usage: '[OPTIONS]',
  examples: [
    { what: 'Watch what happens to volumes', command: 'holdfast events --filter type=volume' },
    { what: 'What happened in the last ten minutes', command: 'holdfast events --since 10m --until 0s' },
  ],
  flags: {
    filter: filters('Show only events that match, such as "type=volume" or "container=NAME"', { short: 'f' }),
    format: text("'json', or what a Go template makes of each event"),
    since: text('Start with events since this time'),
    until: text('End at this time'),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const show = viewOf(values.format);
    const body = await app.client().request({
      method: 'GET',
      path: '/events',
      query: {
        since: timestampQuery(values.since),
        until: timestampQuery(values.until),
        filters: encodeFilters(values.filter),
      },
    });
    for await (const line of textLines(body)) say(app, show(line));
    return 0;
  },
});

function viewOf(format: string): (line: string) => string {
  if (format === 'json') return (line) => toJson(sorted(exactEvent(line)));
  if (format === '') return eventText;
  try {
    const template = compileTemplate(format);
    return (line) => template.execute(eventFields(exactEvent(line)));
  } catch (error) {
    throw invalidArgument(`template parsing error: ${messageOf(error)}`, error);
  }
}

/** An event with its time to the nanosecond. */
type ExactEvent = Omit<EventMessage, 'timeNano'> & { timeNano: number | bigint };

const exactEvent = (line: string): ExactEvent => parseJsonExactly(line) as ExactEvent;

/** Attributes in order, as Go writes maps. */
function sorted(event: ExactEvent): ExactEvent {
  const attributes = Object.entries(event.Actor.Attributes ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
  return { ...event, Actor: { ...event.Actor, Attributes: Object.fromEntries(attributes) } };
}

/** Fields by the names Go has for them, which differ from the JSON's. */
function eventFields(event: ExactEvent): Fields {
  const { status = '', id = '', from = '', Type, Action, Actor, scope, time, timeNano } = event;
  const names: Record<string, unknown> = {
    Status: status,
    ID: id,
    From: from,
    Type,
    Action,
    Actor,
    Scope: scope,
    Time: time,
    TimeNano: timeNano,
  };
  return { typeName: '*events.Message', fieldOf: (name) => names[name], toJSON: () => sorted(event) };
}

function eventText(line: string): string {
  const event = exactEvent(line);
  const { Type, Action, Actor } = event;
  const attributes = Object.entries(Actor.Attributes ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  const tail = attributes.length === 0 ? '' : ` (${attributes.join(', ')})`;
  return `${rfc3339Nano(BigInt(event.timeNano))} ${Type} ${Action} ${Actor.ID}${tail}`;
}
