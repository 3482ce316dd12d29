import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anonymousLabel } from '../name.ts';
import { body, type OpenService, openService } from '../testsuite/open-service.ts';
import { parseTrashSize, type TrashSettings } from './settings.ts';

const week: TrashSettings = { keepMs: 7 * 86_400_000, size: { share: 1 }, autoRemoved: false };
const gently = { force: false };
const last = { reference: '', as: '' };

async function opened(trash: Partial<TrashSettings> = {}, base?: string): Promise<OpenService> {
  return openService({ trash: { ...week, ...trash }, ...(base === undefined ? {} : { base }) });
}

/** A volume with a file, removed. */
async function removed({ service }: OpenService, name = 'data', text = 'kept'): Promise<void> {
  const { mountpoint } = await service.create(body(name, { Labels: { tier: 'gold' }, DriverOpts: { uid: '5' } }));
  writeFileSync(join(mountpoint, 'file'), text);
  await service.remove(name, gently);
}

const names = ({ service }: OpenService) => service.trash.list().map(({ volume }) => volume.name);
const folders = ({ base }: OpenService) => readdirSync(join(base, 'volumes')).sort();

describe('the trash', () => {
  test('keeps a removed volume whole, and gives it back as it was', async () => {
    const open = await opened();
    const before = await open.service.create(body('data', { Labels: { tier: 'gold' }, DriverOpts: { uid: '5' } }));
    writeFileSync(join(before.mountpoint, 'file'), 'kept');
    await open.service.remove('data', gently);
    expect((await open.service.list(new Map())).volumes).toEqual([]);
    const [entry] = open.service.trash.list();
    expect(entry).toMatchObject({ volume: before, expiresAt: (entry?.discardedAt ?? 0) + week.keepMs });
    expect(folders(open)).toEqual(['.trash']);

    expect(await open.service.trash.restore(last)).toEqual(before);
    expect(readFileSync(join(before.mountpoint, 'file'), 'utf8')).toBe('kept');
    expect(open.service.trash.list()).toEqual([]);
    expect(open.events.slice(1)).toEqual([
      { type: 'volume', action: 'destroy', id: 'data', attributes: { driver: 'local' } },
      { type: 'volume', action: 'trash', id: 'data', attributes: { driver: 'local', trash: entry?.id } },
      { type: 'volume', action: 'restore', id: 'data', attributes: { driver: 'local', trash: entry?.id } },
    ]);
  });

  test('is the same after a restart', async () => {
    const open = await opened();
    await removed(open);
    const before = open.service.trash.list();
    const next = await opened({}, open.base);
    expect(next.service.trash.list()).toMatchObject(before.map(({ id, volume }) => ({ id, volume })));
    await next.service.trash.restore({ reference: 'data', as: '' });
    expect((await next.service.get('data')).labels).toEqual({ tier: 'gold' });
  });

  test('gives back the last of a name unless it is told which, under another name where it is taken', async () => {
    const open = await opened();
    await removed(open, 'data', 'first');
    await removed(open, 'data', 'second');
    await open.service.create(body('data'));
    const refused = open.service.trash.restore({ reference: 'data', as: '' });
    await expect(refused).rejects.toMatchObject({
      kind: 'conflict',
      message: 'restore data: a volume of that name exists: give another one with --as NEW',
    });
    const [first] = open.service.trash.list();
    const second = await open.service.trash.restore({ reference: 'data', as: 'second' });
    expect(readFileSync(join(second.mountpoint, 'file'), 'utf8')).toBe('second');
    expect(JSON.parse(readFileSync(join(second.mountpoint, '../volume.json'), 'utf8'))).toMatchObject({
      name: 'second',
    });
    const restored = await open.service.trash.restore({ reference: first?.id ?? '', as: 'first' });
    expect(readFileSync(join(restored.mountpoint, 'file'), 'utf8')).toBe('first');
    const none = open.service.trash.restore({ reference: 'data', as: '' });
    await expect(none).rejects.toMatchObject({ kind: 'not-found' });
    await removed(open, 'other');
    const bad = open.service.trash.restore({ reference: 'other', as: '../x' });
    await expect(bad).rejects.toMatchObject({ kind: 'invalid-argument' });
    expect(names(open)).toEqual(['other']);
  });

  test('knows names of any length, and volumes that Docker made', async () => {
    const open = await opened();
    const long = 'x'.repeat(255);
    await removed(open, long);
    const docker = join(open.base, 'volumes', 'y'.repeat(250));
    mkdirSync(join(docker, '_data'), { recursive: true });
    await open.service.remove('y'.repeat(250), gently);
    const next = await opened({}, open.base);
    expect(names(next).sort()).toEqual([long, 'y'.repeat(250)]);
    expect((await next.service.trash.restore({ reference: long, as: '' })).name).toBe(long);
    await next.service.trash.restore(last);
    expect(existsSync(join(docker, '_data'))).toBe(true);
  });

  test('holds nothing that is to go for good', async () => {
    const open = await opened();
    for (const options of [{ now: true }, { autoRemoved: true }]) {
      await open.service.create(body('data'));
      await open.service.remove('data', { force: false, ...options });
    }
    await open.service.create(body('', { Labels: { [anonymousLabel]: '' } }));
    await open.service.prune(new Map(), { all: false, now: true });
    expect(names(open)).toEqual([]);
    const all = await opened({ autoRemoved: true });
    await all.service.create(body('data'));
    await all.service.remove('data', { force: false, autoRemoved: true });
    expect(names(all)).toEqual(['data']);
    for (const off of [{ keepMs: 0 }, { size: { bytes: 0 } }]) {
      const none = await opened(off);
      await removed(none);
      expect(names(none)).toEqual([]);
    }
  });

  test('takes what is pruned, and says how much that is', async () => {
    const open = await opened();
    const { mountpoint } = await open.service.create(body('data'));
    writeFileSync(join(mountpoint, 'file'), 'x'.repeat(100));
    expect(await open.service.prune(new Map(), { all: true })).toEqual({ deleted: ['data'], kept: [], reclaimed: 100 });
    expect(open.service.trash.list()).toMatchObject([{ size: 100 }]);
    expect((await open.service.usage()).length).toBe(0);
  });

  test('is emptied by age and one by one', async () => {
    const open = await opened();
    await removed(open, 'one');
    await removed(open, 'two');
    await removed(open, 'three');
    expect((await open.service.trash.empty({ olderThanMs: 60_000 })).deleted).toEqual([]);
    await open.service.trash.remove('two');
    expect(names(open)).toEqual(['one', 'three']);
    expect((await open.service.trash.empty({ olderThanMs: 0 })).deleted).toHaveLength(2);
    await expect(open.service.trash.remove('one')).rejects.toMatchObject({ kind: 'not-found' });
    expect(names(await opened({}, open.base))).toEqual([]);
  });

  test('lets go of what is too old', async () => {
    const open = await opened({ keepMs: 1 });
    await removed(open);
    await expect.poll(() => Date.now()).toBeGreaterThan((open.service.trash.list()[0]?.expiresAt ?? 0) + 1);
    await open.service.trash.tidy();
    expect(names(open)).toEqual([]);
  });

  test('lets go of the oldest beyond its size, but of nothing that has just come', async () => {
    const open = await opened({ size: { bytes: 15 } });
    await removed(open, 'one', 'x'.repeat(10));
    await removed(open, 'two', 'x'.repeat(10));
    await removed(open, 'new', 'x'.repeat(10));
    const { base } = open;
    // As if two of them had been there for two hours.
    for (const { id, volume } of open.service.trash.list()) {
      const [time = ''] = new Date(Date.now() - 7_200_000).toISOString().replaceAll(/[-:]/g, '').split('Z');
      const trash = join(base, 'volumes', '.trash');
      if (volume.name !== 'new') renameSync(join(trash, id), join(trash, `${time}Z-${volume.name}`));
    }
    const next = await opened({ size: { bytes: 15 } }, base);
    await next.service.trash.tidy();
    expect(names(next)).toEqual(['new']);
  });

  test('does not mind what is taken out of it by hand', async () => {
    const open = await opened();
    await removed(open);
    rmSync(join(open.base, 'volumes', '.trash'), { recursive: true });
    await expect(open.service.trash.restore(last)).rejects.toMatchObject({ kind: 'not-found' });
    await open.service.trash.tidy();
    await removed(open);
    expect(names(open)).toContain('data');
  });
});

describe('the size of the trash', () => {
  test.each([
    ['10%', { share: 0.1 }],
    ['0', { bytes: 0 }],
    ['20g', { bytes: 20 * 1024 ** 3 }],
  ])('may be %s', (raw, size) => expect(parseTrashSize(raw)).toEqual(size));

  test.each(['', '-1', '101%', 'all'])('may not be %j', (raw) => {
    expect(() => parseTrashSize(raw)).toThrow(/^invalid size/);
  });
});
