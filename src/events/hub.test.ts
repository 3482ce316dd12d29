import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EngineEvent, type EventType, type Filters, type PublishedEvent, parseFilters } from '../wire/index.ts';
import { eventClock } from './clock.ts';
import { EventHub } from './hub.ts';

const everything: Filters = new Map();
const event = (action: string, more: Partial<EngineEvent> = {}): EngineEvent => ({
  type: 'container',
  action,
  id: 'c0ffee',
  attributes: {},
  ...more,
});

/** Reads until the stream ends. */
async function all(stream: AsyncIterable<PublishedEvent>): Promise<string[]> {
  const actions: string[] = [];
  for await (const { event } of stream) actions.push(event.action);
  return actions;
}

describe('subscriptions', () => {
  test('get everything published after subscribe(), also before the first read, in order', async () => {
    const hub = new EventHub();
    const stop = new AbortController();
    const stream = hub.subscribe({ filters: everything, signal: stop.signal });
    expect(hub.listeners).toBe(1);
    hub.publish(event('create'));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { event } of stream) seen.push(event.action);
    })();
    hub.publish(event('start'));
    await new Promise(setImmediate);
    hub.publish(event('die'));
    hub.publish(event('destroy'));
    stop.abort();
    hub.publish(event('late'));
    await reading;
    expect(seen).toEqual(['create', 'start', 'die', 'destroy']);
    expect(hub.listeners).toBe(0);
  });

  test('without loss or reordering for any mixture of bursts and pauses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }), async (bursts) => {
        const hub = new EventHub({ history: 4 });
        const stop = new AbortController();
        const readers = [1, 2].map(() => all(hub.subscribe({ filters: everything, signal: stop.signal })));
        const sent: string[] = [];
        for (const size of bursts) {
          for (let index = 0; index < size; index += 1) {
            sent.push(String(sent.length));
            hub.publish(event(sent.at(-1) ?? ''));
          }
          await new Promise(setImmediate);
        }
        stop.abort();
        for (const read of await Promise.all(readers)) expect(read).toEqual(sent);
      }),
      { numRuns: 30 },
    );
  });

  test('end when their reader leaves', async () => {
    const hub = new EventHub();
    const stream = hub.subscribe({ filters: everything });
    hub.publish(event('one'));
    for await (const { event } of stream) {
      expect(event.action).toBe('one');
      break;
    }
    expect(hub.listeners).toBe(0);
  });

  test('that are read too slowly fail instead of growing or losing silently', async () => {
    const hub = new EventHub({ backlog: 10 });
    const stream = hub.subscribe({ filters: everything });
    for (let index = 0; index < 11; index += 1) hub.publish(event('x'));
    expect(hub.listeners).toBe(0);
    await expect(all(stream)).rejects.toThrow('the client reads too slowly');
  });

  test('with a signal already aborted read nothing', async () => {
    const hub = new EventHub();
    await expect(all(hub.subscribe({ filters: everything, signal: AbortSignal.abort() }))).resolves.toEqual([]);
    expect(hub.listeners).toBe(0);
  });
});

describe('since and until', () => {
  const hubAt = (clock: { now: number }) => new EventHub({ now: () => clock.now });

  test('replay the past between them, both inclusive, and end', async () => {
    const clock = { now: 1000 };
    const hub = hubAt(clock);
    for (const [action, at] of [
      ['a', 1000],
      ['b', 2000],
      ['c', 3000],
      ['d', 4000],
    ] as const) {
      clock.now = at;
      hub.publish(event(action));
    }
    const between = (since?: bigint, until?: bigint) => all(hub.subscribe({ since, until, filters: everything }));
    await expect(between(2_000_000_000n, 3_000_000_000n)).resolves.toEqual(['b', 'c']);
    await expect(between(undefined, 1_500_000_000n)).resolves.toEqual(['a']);
    await expect(between(2_000_000_001n, 9_000_000_000n)).resolves.toEqual(['c', 'd']);
    expect(() => hub.subscribe({ since: 2n, until: 1n, filters: everything })).toThrow('cannot be after `until`');
    expect(hub.listeners).toBe(0);
  });

  test('go from the past over into live events', async () => {
    const hub = new EventHub();
    const stop = new AbortController();
    hub.publish(event('before'));
    const stream = hub.subscribe({ since: 0n, filters: everything, signal: stop.signal });
    hub.publish(event('after'));
    stop.abort();
    await expect(all(stream)).resolves.toEqual(['before', 'after']);
  });

  test('an until in the future ends the stream then', async () => {
    const hub = new EventHub();
    const stream = hub.subscribe({ until: BigInt(Date.now() + 40) * 1_000_000n, filters: everything });
    hub.publish(event('live'));
    await expect(all(stream)).resolves.toEqual(['live']);
  });

  test('remember at least the newest `history` events', async () => {
    const hub = new EventHub({ history: 1024 });
    for (let index = 0; index < 5000; index += 1) hub.publish(event(String(index)));
    const kept = await all(
      hub.subscribe({
        since: 0n,
        until: BigInt(Date.now()) * 1_000_000n + 10n ** 9n,
        filters: everything,
        signal: AbortSignal.timeout(20),
      }),
    );
    expect(kept).toHaveLength(1024);
    expect(kept.at(-1)).toBe('4999');
  });
});

test('times increase strictly, even where the clock goes back', () => {
  const times = [5, 5, 5.5, 3, 6];
  const clock = eventClock(() => times.shift() ?? 0);
  expect([clock(), clock(), clock(), clock(), clock()]).toEqual([
    5_000_000n,
    5_000_001n,
    5_000_002n,
    5_000_003n,
    6_000_000n,
  ]);
});

describe('filters', () => {
  const matching = async (filters: string, events: EngineEvent[]): Promise<string[]> => {
    const hub = new EventHub();
    const stop = new AbortController();
    const stream = hub.subscribe({ filters: parseFilters(filters), signal: stop.signal });
    for (const one of events) hub.publish(one);
    stop.abort();
    return all(stream);
  };
  const of = (type: EventType, action: string, more: Partial<EngineEvent> = {}) => event(action, { type, ...more });
  const sample = [
    of('container', 'create', { attributes: { name: 'web', image: 'nginx:1', app: 'shop' } }),
    of('container', 'exec_create: sh -c true', { attributes: { name: 'web', image: 'nginx:1' } }),
    of('container', 'health_status: healthy', { id: 'beef', attributes: { name: 'db', image: 'mariadb' } }),
    of('volume', 'mount', { id: 'data', attributes: { driver: 'local', container: 'c0ffee' } }),
    of('image', 'tag', { id: 'sha256:1', attributes: { name: 'host:5000/nginx:2' } }),
    of('network', 'connect', { id: 'n1', attributes: { name: 'none' } }),
    of('daemon', 'reload', { id: 'd1', attributes: { name: 'here' } }),
  ];

  test.each<[string, string[]]>([
    ['{"type":["volume","image"]}', ['mount', 'tag']],
    ['{"event":["create"]}', ['create']],
    ['{"event":["exec_create"]}', ['exec_create: sh -c true']],
    ['{"event":["health_status"]}', ['health_status: healthy']],
    ['{"event":["health_status: healthy"]}', ['health_status: healthy']],
    ['{"container":["c0f"]}', ['create', 'exec_create: sh -c true']],
    ['{"container":["db","web"],"event":["create"]}', ['create']],
    ['{"volume":["data"]}', ['mount']],
    ['{"network":["none"]}', ['connect']],
    ['{"daemon":["here"]}', ['reload']],
    ['{"image":["nginx"]}', ['create', 'exec_create: sh -c true']],
    ['{"image":["host:5000/nginx"]}', ['tag']],
    ['{"image":["sha256:1"]}', ['tag']],
    ['{"label":["app"]}', ['create']],
    ['{"label":["app=shop","image=nginx:1"]}', ['create']],
    ['{"label":["app=other"]}', []],
    ['{"scope":["swarm"]}', []],
    ['{"scope":["local"],"type":["daemon"]}', ['reload']],
    ['{"type":{}}', sample.map((one) => one.action)],
  ])('%s', async (filters, actions) => expect(await matching(filters, sample)).toEqual(actions));

  test('of unknown name are refused', () => {
    expect(() => new EventHub().subscribe({ filters: parseFilters('{"bogus":["a"]}') })).toThrow(
      "invalid filter 'bogus'",
    );
  });
});
