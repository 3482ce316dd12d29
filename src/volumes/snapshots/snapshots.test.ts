import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exchangeDurable } from '../../host/index.ts';
import { body, type OpenService, openService } from '../testsuite/open-service.ts';

/** A service with a volume `db` that has a file with this text. */
async function withVolume(
  text = 'one',
): Promise<OpenService & { file: string; root: string; write(text: string): void }> {
  const opened = await openService();
  const { mountpoint } = await opened.service.create(body('db'));
  const file = join(mountpoint, 'file');
  const write = (content: string) => writeFileSync(file, content);
  write(text);
  return { ...opened, file, write, root: join(opened.base, 'volumes') };
}

const take = ({ service }: OpenService, name = '', volumes = ['db']) => service.snapshots.take({ volumes, name });
const namesOf = async ({ service }: OpenService, volume = 'db') =>
  (await service.snapshots.list(volume)).map(({ name }) => name);
const text = (path: string) => readFileSync(path, 'utf8');

describe('a snapshot', () => {
  test('keeps the data as it was, with its owner and mode', async () => {
    const opened = await withVolume();
    const { snapshots, frozenMs } = await take(opened, 'first');
    opened.write('two');
    expect(snapshots).toEqual([
      {
        volume: 'db',
        name: 'first',
        createdAt: expect.any(String),
        automatic: false,
        consistency: 'stopped',
        frozenMs: 0,
      },
    ]);
    expect(frozenMs).toBe(0);
    expect(await opened.service.snapshots.list('db')).toEqual(snapshots);
    const data = join(opened.root, 'db/snapshots/first/_data');
    expect(text(join(data, 'file'))).toBe('one');
    expect(statSync(data).mode).toBe(statSync(join(opened.root, 'db/_data')).mode);
    expect(opened.events.at(-1)).toMatchObject({
      action: 'snapshot',
      id: 'db',
      attributes: { snapshot: 'first', consistency: 'stopped', frozenMs: '0' },
    });
  });

  test('is named by the time where it has no name, several in a second too', async () => {
    const opened = await withVolume();
    for (let count = 0; count < 3; count += 1) await take(opened);
    const names = await namesOf(opened);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-\d)?$/);
  });

  test.each(['.hidden', 'a/b', '..', '-x', 'x'.repeat(129), 'a b'])('cannot be called %j', async (name) => {
    const opened = await withVolume();
    await expect(take(opened, name)).rejects.toMatchObject({ kind: 'invalid-argument' });
    expect(readdirSync(join(opened.root, 'db')).sort()).toEqual(['_data', 'volume.json']);
  });

  test('has a name of its own', async () => {
    const opened = await withVolume();
    await take(opened, 'same');
    opened.write('two');
    await expect(take(opened, 'same')).rejects.toMatchObject({ kind: 'conflict' });
    expect(text(join(opened.root, 'db/snapshots/same/_data/file'))).toBe('one');
  });

  test('is made of several volumes at once, or of none', async () => {
    const opened = await withVolume();
    await opened.service.create(body('web'));
    expect((await take(opened, 'both', ['web', 'db', 'web'])).snapshots.map(({ volume }) => volume)).toEqual([
      'db',
      'web',
    ]);
    await take(opened, 'only', ['web']);
    await expect(take(opened, 'only', ['db', 'web'])).rejects.toMatchObject({ kind: 'conflict' });
    await expect(take(opened, 'lost', ['db', 'nope'])).rejects.toMatchObject({ kind: 'not-found' });
    expect(await namesOf(opened)).toEqual(['both']);
    expect(readdirSync(opened.root).sort()).toEqual(['db', 'web']);
  });

  test('goes with its data, and without the others', async () => {
    const opened = await withVolume();
    await take(opened, 'first');
    await take(opened, 'second');
    await opened.service.snapshots.remove({ volume: 'db', name: 'first' });
    expect(await namesOf(opened)).toEqual(['second']);
    expect(readdirSync(opened.root)).toEqual(['db']);
    await expect(opened.service.snapshots.remove({ volume: 'db', name: 'first' })).rejects.toMatchObject({
      kind: 'not-found',
    });
    await expect(opened.service.snapshots.remove({ volume: 'db', name: '../..' })).rejects.toMatchObject({
      kind: 'not-found',
    });
    expect(text(opened.file)).toBe('one');
  });

  test('is still there where its record is damaged', async () => {
    const opened = await withVolume();
    await take(opened, 'first');
    writeFileSync(join(opened.root, 'db/snapshots/first/snapshot.json'), 'x');
    expect(await opened.service.snapshots.list('db')).toMatchObject([
      { name: 'first', consistency: 'unknown', automatic: false },
    ]);
  });

  test('is not made of what lies elsewhere', async () => {
    const opened = await openService();
    await opened.service.create(body('memory', { DriverOpts: { type: 'tmpfs', device: 'tmpfs' } }));
    await expect(take(opened, '', ['memory'])).rejects.toMatchObject({
      kind: 'invalid-argument',
      message: expect.stringContaining('tmpfs'),
    });
  });

  test('tells what changed since, or until another', async () => {
    const opened = await withVolume();
    await take(opened, 'first');
    writeFileSync(join(opened.root, 'db/_data/new'), '');
    await take(opened, 'second');
    opened.write('longer');
    const changes = async (until?: string) => {
      const lines: string[] = [];
      for await (const { change, path } of opened.service.snapshots.differences({ volume: 'db', name: 'first', until }))
        lines.push(`${change} ${path}`);
      return lines;
    };
    expect(await changes()).toEqual(['changed /file', 'added /new']);
    expect(await changes('second')).toEqual(['added /new']);
    await expect(changes('third')).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('a rollback', () => {
  test('brings the data back, and keeps what was there as a snapshot', async () => {
    const opened = await withVolume();
    await take(opened, 'first');
    opened.write('two');
    const { before } = await opened.service.snapshots.rollBack({ volume: 'db', name: 'first' });
    expect(text(opened.file)).toBe('one');
    expect(await namesOf(opened)).toEqual(['first', before]);
    expect(before).toMatch(/^before-rollback-/);
    await opened.service.snapshots.rollBack({ volume: 'db', name: before });
    expect(text(opened.file)).toBe('two');
    expect(readdirSync(opened.root)).toEqual(['db']);
  });

  test('is refused while the volume is mounted', async () => {
    const opened = await withVolume();
    await take(opened, 'first');
    opened.write('two');
    opened.service.hold('db', 'c1');
    await opened.service.mount('db', { mountId: 'm1' });
    const refused = opened.service.snapshots.rollBack({ volume: 'db', name: 'first' });
    await expect(refused).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('c1') });
    expect(text(opened.file)).toBe('two');
    await opened.service.unmount('db', { mountId: 'm1' });
    await opened.service.snapshots.rollBack({ volume: 'db', name: 'first' });
    expect(text(opened.file)).toBe('one');
  });

  test.each([
    ['before the exchange is undone', false],
    ['after the exchange is finished', true],
  ])('that was cut off %s', async (_, exchanged) => {
    const opened = await withVolume();
    await take(opened, 'first');
    opened.write('two');
    await opened.service.snapshots.rollBack({ volume: 'db', name: 'first' });
    // As it was between the exchange and the name, and then as before the exchange.
    const folder = join(opened.root, 'db/snapshots');
    const before = readdirSync(folder).find((name) => name.startsWith('before')) ?? '';
    renameSync(join(folder, before), join(folder, `.rollback-${before}`));
    if (!exchanged) await exchangeDurable(join(folder, `.rollback-${before}`, '_data'), join(opened.root, 'db/_data'));
    const next = await openService({ base: opened.base });
    next.service.begin({
      running: () => [],
      holdStill: (_holders, work) => work(async (inner) => ({ result: await inner(), frozenMs: 0 })),
    });
    // Behind the start, once that has had its moment.
    await expect.poll(() => readdirSync(folder).some((name) => name.startsWith('.')), { timeout: 30_000 }).toBe(false);
    expect(await namesOf(next)).toEqual(exchanged ? ['first', before] : ['first']);
    expect(text(opened.file)).toBe(exchanged ? 'one' : 'two');
    if (exchanged) expect(text(join(folder, before, '_data/file'))).toBe('two');
  });
});

describe('a clone', () => {
  test('is a volume with the data of another, or of a snapshot', async () => {
    const opened = await withVolume();
    await take(opened, 'first');
    opened.write('two');
    const { service } = opened;
    const now = await service.clone('db', { name: 'now', labels: { a: 'b' } });
    const then = await service.create(body('then', { DriverOpts: { from: 'db@first' } }));
    expect(text(join(now.mountpoint, 'file'))).toBe('two');
    expect(text(join(then.mountpoint, 'file'))).toBe('one');
    expect(now).toMatchObject({ labels: { a: 'b' }, options: { from: 'db', pool: 'main' } });
    writeFileSync(join(now.mountpoint, 'file'), 'changed');
    expect(text(opened.file)).toBe('two');
    expect((await service.usage()).map(({ volume }) => volume.name).sort()).toEqual(['db', 'now', 'then']);
  });

  test('is refused where there is no source, or something is there already', async () => {
    const { service, root } = await withVolume();
    await service.create(body('other'));
    await expect(service.clone('db', { name: 'other', labels: null })).rejects.toMatchObject({ kind: 'conflict' });
    await expect(service.clone('db', { name: 'db', labels: null })).rejects.toMatchObject({ kind: 'conflict' });
    await expect(service.clone('nope', { name: 'new', labels: null })).rejects.toMatchObject({ kind: 'not-found' });
    await expect(service.clone('db@nope', { name: 'new', labels: null })).rejects.toMatchObject({ kind: 'not-found' });
    for (const from of ['', '@x', 'db@', 'new']) {
      await expect(service.create(body('new', { DriverOpts: { from } })), from).rejects.toMatchObject({
        kind: 'invalid-argument',
      });
    }
    expect(readdirSync(root).sort()).toEqual(['db', 'other']);
  });

  test('that is there already is answered as it is, as any volume', async () => {
    const { service } = await withVolume();
    const made = await service.create(body('new', { DriverOpts: { from: 'db' } }));
    expect(await service.create(body('new', { DriverOpts: { from: 'db' } }))).toEqual(made);
  });
});

describe('another name', () => {
  test('takes data, labels and snapshots along', async () => {
    const opened = await withVolume();
    const { service, root } = opened;
    await take(opened, 'first');
    const { createdAt } = await service.get('db');
    const renamed = await service.rename('db', 'data');
    expect(renamed).toMatchObject({ name: 'data', createdAt, mountpoint: join(root, 'data/_data') });
    expect(text(join(renamed.mountpoint, 'file'))).toBe('one');
    expect(await namesOf(opened, 'data')).toEqual(['first']);
    await expect(service.get('db')).rejects.toMatchObject({ kind: 'not-found' });
    const next = await openService({ base: opened.base });
    expect(await next.service.get('data')).toEqual(renamed);
    expect(JSON.parse(text(join(root, 'data/volume.json')))).toMatchObject({ name: 'data' });
  });

  test('makes a volume without a name one that prune leaves alone', async () => {
    const { service } = await openService();
    const { name } = await service.create(body(''));
    expect(await service.rename(name, 'kept')).toMatchObject({ labels: {} });
    expect((await service.prune(new Map(), { all: false })).deleted).toEqual([]);
  });

  test('is refused where it is taken or no name, or a container knows the old one', async () => {
    const { service, root } = await withVolume();
    await service.create(body('other'));
    await expect(service.rename('db', 'other')).rejects.toMatchObject({ kind: 'conflict' });
    await expect(service.rename('db', '../x')).rejects.toMatchObject({ kind: 'invalid-argument' });
    await expect(service.rename('nope', 'new')).rejects.toMatchObject({ kind: 'not-found' });
    service.hold('db', 'c1');
    await expect(service.rename('db', 'new')).rejects.toMatchObject({
      kind: 'conflict',
      message: 'rename db: volume is in use - [c1]',
    });
    mkdirSync(join(root, 'inTheWay'));
    service.release('db', 'c1');
    await expect(service.rename('db', 'inTheWay')).rejects.toMatchObject({ kind: 'conflict' });
    expect(existsSync(join(root, 'db/volume.json'))).toBe(true);
  });
});
