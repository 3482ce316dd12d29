import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isKind } from '../../errors/index.ts';
import { isMountAdopter, isUpdater } from '../capabilities.ts';
import type { NewVolume, VolumeDriver } from '../volume.ts';

/** How the suite gets at a driver; each call to `make` is a driver of its own, without volumes. */
export interface DriverUnderTest {
  make(): Promise<VolumeDriver>;
  /** The driver as a new daemon finds it, without the old one having been told. Absent for one that keeps nothing. */
  restart?(driver: VolumeDriver): Promise<VolumeDriver>;
  /** A name that it refuses, if it refuses any. */
  refusedName?: string;
}

const plain = (name: string): NewVolume => ({ name, labels: null, options: null });

const names = async (driver: VolumeDriver): Promise<string[]> =>
  (await driver.list()).volumes.map(({ name }) => name).sort();

const failure = async (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined).catch((error) => error);

/** What every driver must do; the contract in volume.ts, as tests. */
export function describeVolumeDriver(title: string, subject: DriverUnderTest): void {
  describe(`${title} keeps the contract of volume drivers`, () => {
    describeKeeping(subject);
    describeUpdating(subject);
    describeRemoving(subject);
    describeMounting(subject);
    if (subject.restart !== undefined) describeRestart({ ...subject, restart: subject.restart });
  });
}

function describeKeeping(subject: DriverUnderTest): void {
  test('answers a volume as it was made', async () => {
    const driver = await subject.make();
    const made = await driver.create({ name: 'data', labels: { a: '', b: 'x=y' }, options: {} });
    expect(made).toMatchObject({ name: 'data', driver: driver.name, scope: driver.scope });
    expect(made).toMatchObject({ labels: { a: '', b: 'x=y' }, options: {} });
    expect(made.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/);
    expect(await driver.get('data')).toEqual(made);
    expect(driver.peek('data')).toEqual(made);
    expect(await driver.list()).toEqual({ volumes: [made], warnings: [] });
  });

  test('tells what was never given from what is empty', async () => {
    const driver = await subject.make();
    expect(await driver.create({ name: 'never', labels: null, options: null })).toMatchObject({
      labels: null,
      options: null,
    });
    expect(await driver.create({ name: 'empty', labels: {}, options: {} })).toMatchObject({ labels: {}, options: {} });
  });

  test.each(['none', '', '.', '..', '../data', 'a/b', '/etc', '.hidden', 'a\0b', 'ä', 'x'.repeat(300)])(
    'knows no volume called %j',
    async (name) => {
      const driver = await subject.make();
      expect(await driver.get(name)).toBeUndefined();
      expect(driver.peek(name)).toBeUndefined();
    },
  );

  test('makes and removes many at once', async () => {
    const driver = await subject.make();
    const all = Array.from({ length: 40 }, (_, index) => `volume-${index}`);
    await Promise.all(all.map((name) => driver.create(plain(name))));
    expect(await names(driver)).toEqual([...all].sort());
    await Promise.all(all.slice(1).map((name) => driver.remove(name)));
    expect(await names(driver)).toEqual(['volume-0']);
  });

  const { refusedName } = subject;
  if (refusedName === undefined) return;
  test('leaves nothing of a volume that it refuses', async () => {
    const driver = await subject.make();
    expect(isKind(await failure(driver.create(plain(refusedName))), 'invalid-argument')).toBe(true);
    expect(await names(driver)).toEqual([]);
  });
}

function describeUpdating(subject: DriverUnderTest): void {
  test('changes the labels of a volume and nothing else, if it can', async () => {
    const driver = await subject.make();
    if (!isUpdater(driver)) return;
    const made = await driver.create({ name: 'data', labels: { a: 'b' }, options: {} });
    writeFileSync(join(await driver.mount('data', 'a'), 'file'), 'kept');
    const changed = { ...made, labels: { c: 'd' } };
    expect(await driver.update('data', { labels: changed.labels })).toEqual({
      ...changed,
      mountpoint: expect.anything(),
    });
    expect(await driver.get('data')).toMatchObject({ name: 'data', createdAt: made.createdAt, labels: { c: 'd' } });
    expect((await driver.list()).volumes).toMatchObject([{ name: 'data', labels: { c: 'd' } }]);
    const found = await subject.restart?.(driver);
    if (found !== undefined) expect(await found.get('data')).toMatchObject({ labels: { c: 'd' }, options: {} });
    expect(isKind(await failure(driver.update('other', { labels: null })), 'not-found')).toBe(true);
  });
}

function describeRemoving(subject: DriverUnderTest): void {
  test('removes a volume with its data', async () => {
    const driver = await subject.make();
    await driver.create(plain('data'));
    const path = await driver.mount('data', 'a');
    writeFileSync(join(path, 'file'), 'kept');
    await driver.unmount('data', 'a');
    await driver.remove('data');
    expect(await driver.get('data')).toBeUndefined();
    expect(driver.peek('data')).toBeUndefined();
    expect(await names(driver)).toEqual([]);
    await driver.create(plain('data'));
    expect(readdirSync(await driver.mount('data', 'b'))).toEqual([]);
  });

  test('does not know what to remove twice', async () => {
    const driver = await subject.make();
    await driver.create(plain('data'));
    await driver.remove('data');
    expect(isKind(await failure(driver.remove('data')), 'not-found')).toBe(true);
    expect(isKind(await failure(driver.remove('../data')), 'not-found')).toBe(true);
  });
}

function describeMounting(subject: DriverUnderTest): void {
  test('has the data wherever it is mounted', async () => {
    const driver = await subject.make();
    await driver.create(plain('data'));
    const first = await driver.mount('data', 'a');
    writeFileSync(join(first, 'file'), 'kept');
    const second = await driver.mount('data', 'b');
    expect(readFileSync(join(second, 'file'), 'utf8')).toBe('kept');
    await driver.unmount('data', 'a');
    await driver.unmount('data', 'b');
    expect(readFileSync(join(await driver.mount('data', 'c'), 'file'), 'utf8')).toBe('kept');
  });

  test('mounts where the volume says', async () => {
    const driver = await subject.make();
    const { mountpoint } = await driver.create(plain('data'));
    const path = await driver.mount('data', 'a');
    expect(existsSync(path)).toBe(true);
    expect([path, '']).toContain(mountpoint);
  });

  test('is not removed while it is mounted, and then is', async () => {
    const driver = await subject.make();
    await driver.create(plain('data'));
    await driver.mount('data', 'a');
    await driver.mount('data', 'b');
    await driver.unmount('data', 'a');
    const refusal = await failure(driver.remove('data'));
    expect(refusal).toMatchObject({ kind: 'system', message: 'volume has active mounts' });
    await driver.unmount('data', 'b');
    await driver.remove('data');
  });

  test('counts a mount id once', async () => {
    const driver = await subject.make();
    await driver.create(plain('data'));
    await driver.mount('data', 'a');
    await driver.mount('data', 'a');
    await driver.unmount('data', 'a');
    await driver.unmount('data', 'a');
    await driver.unmount('data', 'never mounted');
    await driver.remove('data');
  });

  test('cannot mount what is not there', async () => {
    const driver = await subject.make();
    expect(isKind(await failure(driver.mount('data', 'a')), 'not-found')).toBe(true);
    await driver.unmount('data', 'a');
  });
}

function describeRestart(subject: DriverUnderTest & Required<Pick<DriverUnderTest, 'restart'>>): void {
  test('knows the same volumes after a restart', async () => {
    const driver = await subject.make();
    const kept = await driver.create({ name: 'kept', labels: { a: 'b' }, options: {} });
    await driver.create(plain('gone'));
    await driver.remove('gone');
    writeFileSync(join(await driver.mount('kept', 'a'), 'file'), 'kept');
    await driver.unmount('kept', 'a');
    const next = await subject.restart(driver);
    expect(await next.get('kept')).toEqual(kept);
    expect(await next.list()).toEqual({ volumes: [kept], warnings: [] });
    expect(readFileSync(join(await next.mount('kept', 'b'), 'file'), 'utf8')).toBe('kept');
  });

  test('takes over the mounts of containers that went on running', async () => {
    const driver = await subject.make();
    await driver.create(plain('data'));
    await driver.mount('data', 'a');
    const next = await subject.restart(driver);
    if (!isMountAdopter(next)) return;
    next.adopt('data', 'a');
    await next.settle();
    expect(await failure(next.remove('data'))).toMatchObject({ message: 'volume has active mounts' });
    await next.unmount('data', 'a');
    await next.remove('data');
  });
}
