import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMountpoint, isSubvolume, loopsOf, unmount } from '../host/index.ts';
import { body, openService } from './testsuite/open-service.ts';
import { scratchFolder } from './testsuite/scratch.ts';

const MiB = 1024 * 1024;
const loop = { name: 'fast', size: 200 * MiB };

/** A service that has a pool of btrfs called `fast`; a test that leaves it mounted has it unmounted at its end. */
async function withFast() {
  const opened = await openService();
  await opened.service.pools.create(loop);
  return opened;
}

describe('a pool in a file', () => {
  test('is btrfs unless asked otherwise, holds volumes, and goes with its file and loop device', async () => {
    const { service, base } = await withFast();
    const fast = await service.pools.get('fast');
    expect(fast).toMatchObject({ driver: 'btrfs', size: 200 * MiB, isDefault: false, volumes: 0, instantCopies: true });
    const { mountpoint } = await service.create(body('data', { DriverOpts: { pool: 'fast', size: '20m' } }));
    expect([mountpoint, isSubvolume(mountpoint)]).toEqual([join(fast.path, 'data', '_data'), true]);
    expect(await service.pools.list()).toMatchObject([{ name: 'main' }, { name: 'fast', volumes: 1 }]);
    await expect(service.pools.remove('fast', { force: false })).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('holds 1 volumes, such as data'),
    });
    await service.remove('data', { force: false });
    const image = join(base, 'pools', 'fast', 'pool.img');
    expect(loopsOf(image)).toHaveLength(1);
    await service.pools.remove('fast', { force: false });
    expect(readdirSync(join(base, 'pools'))).toEqual([]);
    await expect(service.pools.get('fast')).rejects.toMatchObject({ kind: 'not-found' });
  });

  test('is taken up by the next daemon, mounted or not', async () => {
    const { service, base } = await withFast();
    const { mountpoint } = await service.create(body('data', { DriverOpts: { pool: 'fast' } }));
    writeFileSync(join(mountpoint, 'file'), 'kept');
    await service.pools.setDefault('fast');
    const adopting = (await openService({ base })).service;
    expect(loopsOf(join(base, 'pools', 'fast', 'pool.img'))).toHaveLength(1);
    expect((await adopting.get('data')).mountpoint).toBe(mountpoint);
    unmount(join(base, 'pools', 'fast', 'fs'));
    const mounting = (await openService({ base })).service;
    expect(readFileSync(join(mountpoint, 'file'), 'utf8')).toBe('kept');
    expect((await mounting.create(body('more'))).mountpoint).toContain('/pools/fast/');
  });

  test('can be XFS that shares data', async () => {
    const { service } = await openService();
    const made = await service.pools.create({ name: 'shared', driver: 'xfs', size: 400 * MiB });
    expect(made).toMatchObject({ driver: 'reflink', instantCopies: true });
  });

  test('leaves nothing where it cannot be made', async () => {
    const { service, base } = await openService();
    const failing = service.pools.create({ name: 'tiny', driver: 'btrfs', size: MiB });
    await expect(failing).rejects.toMatchObject({ kind: 'invalid-argument' });
    expect(readdirSync(join(base, 'pools'))).toEqual([]);
    expect(await service.pools.list()).toHaveLength(1);
  });
});

describe('a pool at a path', () => {
  test('keeps volumes in a folder of its own there, and leaves the rest alone', async () => {
    const { service } = await openService();
    const path = scratchFolder();
    writeFileSync(join(path, 'mine'), '');
    await service.pools.create({ name: 'disk', path });
    const { mountpoint } = await service.create(body('data', { DriverOpts: { pool: 'disk' } }));
    expect(mountpoint).toBe(join(path, 'volumes', 'data', '_data'));
    await service.remove('data', { force: false });
    await service.pools.remove('disk', { force: false });
    expect(readdirSync(path)).toEqual(['mine']);
  });

  test('that is not there at start makes a warning, and can be given up without harm', async () => {
    const { service, base } = await openService();
    const path = scratchFolder();
    await service.pools.create({ name: 'disk', path });
    await service.create(body('data', { DriverOpts: { pool: 'disk' } }));
    renameSync(join(path, 'volumes'), join(path, 'elsewhere'));
    const next = (await openService({ base })).service;
    const { warnings } = await next.list(new Map());
    expect(warnings).toEqual([expect.stringContaining('is its disk mounted?')]);
    await expect(next.create(body('data'))).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(next.pools.remove('disk', { force: false })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await next.pools.get('disk')).toMatchObject({ problem: expect.stringContaining('is not there') });
    await next.pools.remove('disk', { force: true });
    expect((await next.create(body('data'))).mountpoint).toContain(base);
    expect(existsSync(join(path, 'elsewhere', 'data', 'volume.json'))).toBe(true);
  });
});

test.each([
  [{ name: 'a/b', size: MiB }, 'invalid-argument', 'invalid pool name'],
  [{ name: 'main', size: 200 * MiB }, 'conflict', 'there is a pool called "main" already'],
  [{ name: 'one' }, 'invalid-argument', 'give one of them'],
  [{ name: 'one', size: MiB, path: '/tmp' }, 'invalid-argument', 'give one of them'],
  [{ name: 'one', path: 'relative' }, 'invalid-argument', 'must be absolute'],
  [{ name: 'one', path: '/no/such/folder' }, 'invalid-argument', 'is not a folder on the host'],
  [{ name: 'one', path: '/' }, 'invalid-argument', 'lie in each other'],
  [{ name: 'one', path: '/dev/shm', driver: 'btrfs' as const }, 'invalid-argument', 'cannot be a pool of btrfs'],
  [{ name: 'one', size: 1e15 }, 'invalid-argument', 'bytes free'],
  [{ name: 'one', driver: 'zfs' as const, size: MiB }, 'not-implemented', 'no driver for ZFS'],
])('%j is refused', async (request, kind, words) => {
  const { service } = await openService();
  await expect(service.pools.create(request)).rejects.toMatchObject({ kind, message: expect.stringContaining(words) });
});

describe('a volume', () => {
  test('moves to another pool with its limit and what belongs to it, and back', async () => {
    const { service, base, events } = await withFast();
    const { mountpoint } = await service.create(body('data', { DriverOpts: { size: '20m', pool: 'main' } }));
    writeFileSync(join(mountpoint, 'file'), 'kept');
    const snapshot = join(base, 'volumes', 'data', 'snapshots', 'one');
    mkdirSync(join(snapshot, '_data'), { recursive: true });
    writeFileSync(join(snapshot, '_data', 'file'), 'old');
    writeFileSync(join(snapshot, 'snapshot.json'), '{}');
    const moved = await service.placement.move('data', { pool: 'fast' });
    expect(moved).toMatchObject({ name: 'data', options: { size: '20m', pool: 'fast' } });
    expect(await service.get('data')).toEqual(moved);
    const there = join(moved.mountpoint, '..');
    expect(readFileSync(join(moved.mountpoint, 'file'), 'utf8')).toBe('kept');
    expect(readdirSync(there).sort()).toEqual(['_data', 'snapshots', 'volume.json']);
    expect(readdirSync(join(there, 'snapshots', 'one')).sort()).toEqual(['_data', 'snapshot.json']);
    expect(() => writeFileSync(join(there, 'snapshots', 'one', '_data', 'file'), '')).toThrow('EROFS');
    expect(() => writeFileSync(join(moved.mountpoint, 'big'), Buffer.alloc(30 * MiB))).toThrow();
    expect(existsSync(join(base, 'volumes', 'data'))).toBe(false);
    rmSync(join(moved.mountpoint, 'big'), { force: true });
    const back = await service.placement.move('data', { pool: 'main' });
    expect([back.mountpoint, isMountpoint(back.mountpoint)]).toEqual([mountpoint, true]);
    expect(readFileSync(join(mountpoint, 'file'), 'utf8')).toBe('kept');
    expect(events.filter(({ action }) => action === 'move')).toMatchObject([
      { id: 'data', attributes: { from: 'main', to: 'fast' } },
      { id: 'data', attributes: { from: 'fast', to: 'main' } },
    ]);
    await service.remove('data', { force: false });
  });

  test('stays where it is while it is used, where the move is cancelled, and where it makes no sense', async () => {
    const { service, base } = await withFast();
    const { mountpoint } = await service.create(body('data'));
    writeFileSync(join(mountpoint, 'file'), Buffer.alloc(8 * MiB));
    await service.mount('data', { mountId: 'a' });
    await expect(service.placement.move('data', { pool: 'fast' })).rejects.toMatchObject({ kind: 'conflict' });
    await service.unmount('data', { mountId: 'a' });
    await expect(service.placement.move('data', { pool: 'main' })).rejects.toThrow(
      'move data: it is in pool main already',
    );
    await expect(service.placement.move('data', { pool: 'slow' })).rejects.toThrow('move data: no such pool: "slow"');
    await expect(service.placement.move('none', { pool: 'fast' })).rejects.toMatchObject({ kind: 'not-found' });
    const cancelling = new AbortController();
    const seen: Array<{ done: number; total: number }> = [];
    const onProgress = (progress: { done: number; total: number }): void => {
      seen.push(progress);
      cancelling.abort();
    };
    const moving = service.placement.move('data', { pool: 'fast', signal: cancelling.signal, onProgress });
    await expect(moving).rejects.toMatchObject({ kind: 'cancelled' });
    expect(seen[0]?.total).toBeGreaterThanOrEqual(8 * MiB);
    expect((await service.get('data')).mountpoint).toBe(mountpoint);
    await service.close();
    const next = (await openService({ base })).service;
    await next.placement.move('data', { pool: 'fast' });
    await next.remove('data', { force: false });
  });

  test.each([
    ['before it left its pool', true],
    ['after that', false],
  ])('is in one pool, whole, where the daemon is killed %s', async (_, isStillThere) => {
    const { service, base } = await openService();
    const path = scratchFolder();
    await service.pools.create({ name: 'disk', path });
    const { mountpoint } = await service.create(body('data'));
    const copy = join(path, 'volumes', '.moved-data');
    mkdirSync(join(copy, '_data'), { recursive: true });
    writeFileSync(join(copy, '_data', 'file'), 'moved');
    writeFileSync(join(copy, 'volume.json'), readFileSync(join(mountpoint, '..', 'volume.json')));
    if (!isStillThere) renameSync(join(base, 'volumes', 'data'), join(base, 'volumes', '.removed-x'));
    const next = (await openService({ base })).service;
    const found = await next.get('data');
    expect(found.mountpoint).toBe(isStillThere ? mountpoint : join(path, 'volumes', 'data', '_data'));
    expect(existsSync(join(found.mountpoint, 'file'))).toBe(!isStillThere);
    await expect.poll(() => existsSync(copy)).toBe(false);
  });

  test('is resized', async () => {
    const { service, events } = await withFast();
    const { mountpoint } = await service.create(body('data', { DriverOpts: { pool: 'fast' } }));
    await service.mount('data', { mountId: 'a' });
    expect((await service.placement.resize('data', '10m')).options).toEqual({ pool: 'fast', size: '10m' });
    expect(() => writeFileSync(join(mountpoint, 'big'), Buffer.alloc(12 * MiB))).toThrow();
    rmSync(join(mountpoint, 'big'), { force: true });
    expect((await service.placement.resize('data', '0')).options).toEqual({ pool: 'fast' });
    writeFileSync(join(mountpoint, 'big'), Buffer.alloc(12 * MiB));
    await expect(service.placement.resize('data', 'much')).rejects.toMatchObject({ kind: 'invalid-argument' });
    expect(events.at(-1)).toMatchObject({ action: 'resize', id: 'data', attributes: { size: '0' } });
    await service.unmount('data', { mountId: 'a' });
    await service.create(body('plain'));
    await service.mount('plain', { mountId: 'b' });
    await expect(service.placement.resize('plain', '10m')).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('resize plain: it is in use'),
    });
    await service.unmount('plain', { mountId: 'b' });
  });
});

test('a volume that is limited stays so where its data is replaced, and comes back from the trash as it was', async () => {
  const { service, base } = await openService();
  const { mountpoint } = await service.create(body('data', { DriverOpts: { size: '20m' } }));
  writeFileSync(join(mountpoint, 'file'), 'old');
  const fresh = join(base, 'volumes', '.new-data');
  mkdirSync(fresh);
  writeFileSync(join(fresh, 'file'), 'new');
  await service.replaceData('data', fresh);
  expect(readFileSync(join(mountpoint, 'file'), 'utf8')).toBe('new');
  expect(() => writeFileSync(join(mountpoint, 'big'), Buffer.alloc(30 * MiB))).toThrow('ENOSPC');
  await service.remove('data', { force: false, now: true });
  expect(existsSync(mountpoint)).toBe(false);
});
