import { describe, expect, it } from 'vitest';
import { notFound } from '../errors/index.ts';
import { parseFilters } from '../wire/index.ts';
import type { Engine } from './engine.ts';
import { type ListRequest, listContainers } from './list.ts';
import { type Sketch, storeOf } from './testing.ts';

const images: Record<string, { id: string; layers: string[] }> = {
  alpine: { id: 'sha256:aa', layers: ['l1', 'l2'] },
  'sha256:aa': { id: 'sha256:aa', layers: ['l1', 'l2'] },
  'sha256:bb': { id: 'sha256:bb', layers: ['l1', 'l2', 'l3'] },
  'sha256:cc': { id: 'sha256:cc', layers: ['l2', 'l3'] },
};

const networkIds: Record<string, string> = { none: 'none_id', bridge: 'bridge_id' };

function engineWith(...sketches: Sketch[]): Engine {
  const get = (reference: string) => {
    const image = images[reference];
    if (image === undefined) throw notFound(`No such image: ${reference}`);
    return image;
  };
  const networks = { idOf: (name: string) => networkIds[name] ?? '' };
  return { store: storeOf(...sketches), images: { get }, networks } as unknown as Engine;
}

const started = '2026-01-02T03:04:05.000000000Z';
const mount = (more: object) => ({ name: '', source: '', destination: '', ...more }) as never;
const running: Sketch = { name: 'running', state: { status: 'running', startedAt: started } };
const exited = (name: string, exitCode: number): Sketch => ({
  name,
  state: { status: 'exited', startedAt: started, finishedAt: started, exitCode },
});

async function names(engine: Engine, filters: object = {}, request: Partial<ListRequest> = {}): Promise<string[]> {
  const full = { all: true, limit: 0, size: false, apiVersion: '1.50', ...request };
  const list = await listContainers(engine, { ...full, filters: parseFilters(JSON.stringify(filters)) });
  return list.map(({ Names }) => Names[0]?.slice(1) ?? '');
}

describe('listContainers', () => {
  const engine = engineWith(
    { name: 'oldest', config: { Labels: { a: '1', b: '2' } } },
    exited('failed', 3),
    exited('done', 0),
    running,
    { name: 'paused', state: { status: 'paused', startedAt: started }, config: { Labels: { a: '2' } } },
  );

  it('shows those that run, all, or the newest few', async () => {
    expect(await names(engine, {}, { all: false })).toEqual(['paused', 'running']);
    expect(await names(engine)).toEqual(['paused', 'running', 'done', 'failed', 'oldest']);
    expect(await names(engine, {}, { all: false, limit: 3 })).toEqual(['paused', 'running', 'done']);
    expect(await names(engine, {}, { limit: -1, all: false })).toEqual(['paused', 'running']);
  });

  it.each([
    [{ name: ['ON'] }, []],
    [{ name: ['(?i)^FAIL'] }, ['failed']],
    [{ name: ['^/done$'] }, ['done']],
    [{ name: ['^done$', 'oldest'] }, ['done', 'oldest']],
    [{ name: ['['] }, []],
    [{ id: [`^${Buffer.from('done').toString('hex')}`] }, ['done']],
    [{ label: ['a'] }, ['paused', 'oldest']],
    [{ label: ['a=1', 'b'] }, ['oldest']],
    [{ label: ['a=1', 'b=1'] }, []],
    [{ status: ['exited', 'created'] }, ['done', 'failed', 'oldest']],
    [{ status: ['exited'], exited: ['3'] }, ['failed']],
    [{ exited: ['0'] }, ['done']],
    [{ health: ['none'] }, ['paused', 'running', 'done', 'failed', 'oldest']],
    [{ health: ['healthy'] }, []],
    [{ 'is-task': ['true'] }, []],
    [{ 'is-task': ['false'], name: ['done'] }, ['done']],
    [{ isolation: ['default'], name: ['done'] }, ['done']],
    [{ network: ['none'], name: ['done'] }, ['done']],
    [{ network: ['host'] }, []],
    [{ before: ['done'] }, ['failed', 'oldest']],
    [{ since: ['failed'] }, ['paused', 'running', 'done']],
    [{ since: ['failed'], before: ['paused'] }, ['running', 'done']],
    [{ since: ['paused'], before: ['failed'] }, []],
    [{}, ['paused', 'running', 'done', 'failed', 'oldest']],
  ])('filters by %j', async (filters, expected) => {
    expect(await names(engine, filters)).toEqual(expected);
  });

  it('shows stopped ones too where a status is asked for', async () => {
    expect(await names(engine, { status: ['exited'] }, { all: false })).toEqual(['done', 'failed']);
    expect(await names(engine, { name: ['done'] }, { all: false })).toEqual([]);
  });

  it.each([
    [{ colour: ['x'] }, "invalid filter 'colour'"],
    [
      { status: ['x'] },
      'invalid value for state (x): must be one of created, running, paused, restarting, removing, exited, dead',
    ],
    [{ health: ['x'] }, 'invalid value for health (x): must be one of none, starting, healthy, unhealthy'],
    [{ exited: ['x'] }, 'strconv.Atoi: parsing "x": invalid syntax'],
    [{ 'is-task': ['maybe'] }, "invalid filter 'is-task=[maybe]'"],
    [{ publish: ['80:80'] }, "filter for 'publish' should not contain ':': 80:80"],
    [{ expose: ['90-80'] }, 'error while looking up for expose 90-80: invalid port range'],
    [{ expose: ['70000'] }, 'error while looking up for expose 70000: invalid port range'],
  ])('refuses %j', async (filters, message) => {
    await expect(names(engine, filters)).rejects.toMatchObject({ kind: 'invalid-argument', message });
  });

  it('says which container is not there', async () => {
    await expect(names(engine, { before: ['nobody'] })).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('finds by volume: its name, the source of a bind, or the place in the container', async () => {
    const mounted = engineWith(
      { name: 'volume', mountPoints: [mount({ name: 'data', source: '/var/lib/data', destination: '/d' })] },
      { name: 'bind', mountPoints: [mount({ source: '/srv', destination: '/d' })] },
    );
    expect(await names(mounted, { volume: ['data'] })).toEqual(['volume']);
    expect(await names(mounted, { volume: ['dat'] })).toEqual([]);
    expect(await names(mounted, { volume: ['/var/lib/data'] })).toEqual([]);
    expect(await names(mounted, { volume: ['/srv'] })).toEqual(['bind']);
    expect(await names(mounted, { volume: ['/d'] })).toEqual(['bind', 'volume']);
  });

  it('finds by image: made from it, or from one that builds on it', async () => {
    const made = engineWith(
      { name: 'of-alpine' },
      { name: 'of-child', imageId: 'sha256:bb' },
      { name: 'of-other', imageId: 'sha256:cc' },
      { name: 'of-removed', imageId: 'sha256:dd' },
    );
    expect(await names(made, { ancestor: ['alpine'] })).toEqual(['of-child', 'of-alpine']);
    expect(await names(made, { ancestor: ['nothing'] })).toEqual([]);
    expect(await names(made, { ancestor: ['nothing', 'sha256:cc'] })).toEqual(['of-other']);
  });

  it('finds by port: exposed or published, either where both are asked for', async () => {
    const ported = engineWith(
      { name: 'exposed', config: { ExposedPorts: { '80/tcp': {}, '53/udp': {} } } },
      { name: 'published' },
    );
    const port = { protocol: 'tcp' as const, containerPort: 80, hostIp: '', hostPort: 8080 };
    ported.store.get('published').sandbox = { id: '', path: '', endpoints: [], ports: [port] };
    expect(await names(ported, { expose: ['79-81'] })).toEqual(['exposed']);
    expect(await names(ported, { expose: ['53'] })).toEqual([]);
    expect(await names(ported, { expose: ['53/udp'] })).toEqual(['exposed']);
    expect(await names(ported, { publish: ['8080'] })).toEqual(['published']);
    expect(await names(ported, { publish: ['8080'], expose: ['80'] })).toEqual(['published', 'exposed']);
  });

  it('shows an image by its id once its name means another', async () => {
    const moved = engineWith(
      { name: 'same' },
      { name: 'moved', imageId: 'sha256:bb' },
      { name: 'gone', config: { Image: 'removed' } },
      { name: 'by-id', config: { Image: 'sha256:aa' } },
    );
    const list = await listContainers(moved, {
      all: true,
      limit: 0,
      size: false,
      filters: new Map(),
      apiVersion: '1.50',
    });
    expect(list.map(({ Image }) => Image)).toEqual(['sha256:aa', 'sha256:aa', 'sha256:bb', 'alpine']);
  });

  it('lists thousands from memory', async () => {
    const many = engineWith();
    for (let index = 0; index < 5000; index += 1) {
      const [only] = storeOf({ name: `many-${index}`, id: String(index).padStart(64, '0') }).all();
      if (only !== undefined) many.store.add(only);
    }
    expect(await names(many, { label: ['missing'] })).toEqual([]);
    expect((await names(many, { ancestor: ['alpine'] })).length).toBe(5000);
  });
});
