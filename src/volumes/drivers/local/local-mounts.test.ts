import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bindMount, isMountpoint, mountpointsBeneath, silentLog, unmount } from '../../../host/index.ts';
import { scratchFolder } from '../../testsuite/scratch.ts';
import { LocalDriver } from './local-driver.ts';

function open(base: string): LocalDriver {
  const driver = new LocalDriver({ root: join(base, 'volumes'), runRoot: join(base, 'run'), log: silentLog });
  onTestFinished(() => driver.close());
  return driver;
}

const tmpfs = { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,mode=1770,uid=1000' };
const volume = (options: Record<string, string>) => ({ name: 'data', labels: null, options });

describe('a volume with options', () => {
  test('is mounted by its first user and unmounted after its last', async () => {
    const base = scratchFolder();
    const driver = open(base);
    const { mountpoint } = await driver.create(volume(tmpfs));
    expect(isMountpoint(mountpoint)).toBe(false);
    expect(await driver.mount('data', 'a')).toBe(mountpoint);
    expect(await driver.mount('data', 'b')).toBe(mountpoint);
    expect(mountpointsBeneath(base)).toEqual([mountpoint]);
    expect(statSync(mountpoint)).toMatchObject({ uid: 1000 });
    writeFileSync(join(mountpoint, 'file'), 'x');
    await driver.unmount('data', 'a');
    expect(readdirSync(mountpoint)).toEqual(['file']);
    await driver.unmount('data', 'b');
    expect(mountpointsBeneath(base)).toEqual([]);
    expect(readdirSync(mountpoint)).toEqual([]);
  });

  test('binds a folder of the host, read-only where it says so', async () => {
    const base = scratchFolder();
    const driver = open(base);
    mkdirSync(join(base, 'host'));
    writeFileSync(join(base, 'host', 'file'), 'of the host');
    await driver.create(volume({ type: 'none', device: join(base, 'host'), o: 'bind,ro' }));
    const path = await driver.mount('data', 'a');
    expect(readFileSync(join(path, 'file'), 'utf8')).toBe('of the host');
    expect(() => writeFileSync(join(path, 'new'), '')).toThrow('EROFS');
    await driver.unmount('data', 'a');
    await driver.remove('data');
    expect(readFileSync(join(base, 'host', 'file'), 'utf8')).toBe('of the host');
  });

  test.each([
    ['a folder that is missing', { type: 'none', device: '/no/such/folder', o: 'bind' }, 'no such file or directory'],
    ['a type that does not exist', { type: 'nosuchfs', device: 'x', o: '' }, 'no such device'],
    ['a device that is none', { type: 'ext4', device: '/dev/null', o: '' }, 'block device required'],
  ])('says at mount what is wrong with %s', async (_case, options, reason) => {
    const base = scratchFolder();
    const driver = open(base);
    const { mountpoint } = await driver.create(volume(options));
    const failure: Error = await driver.mount('data', 'a').then(
      () => expect.unreachable(),
      (error) => error,
    );
    const start = `error while mounting volume '${mountpoint}': failed to mount local volume: mount ${options.device}:${mountpoint}`;
    expect(failure.message.startsWith(start)).toBe(true);
    expect(failure.message.endsWith(`: ${reason}`)).toBe(true);
    expect(mountpointsBeneath(base)).toEqual([]);
    // Nothing was counted.
    await driver.remove('data');
  });

  test('never shows a password', async () => {
    const driver = open(scratchFolder());
    const o = 'addr=127.0.0.1,username=u,password=secret,vers=3.0,nonsense';
    await driver.create(volume({ type: 'cifs', device: '//127.0.0.1/share', o }));
    const failure = await driver.mount('data', 'a').catch((error: Error) => error.message);
    expect(failure).toContain('password=********');
    expect(failure).not.toContain('secret');
  });

  test('may be unmounted by hand meanwhile', async () => {
    const driver = open(scratchFolder());
    const { mountpoint } = await driver.create(volume(tmpfs));
    await driver.mount('data', 'a');
    unmount(mountpoint);
    expect(isMountpoint(await driver.mount('data', 'b'))).toBe(true);
    await driver.unmount('data', 'a');
    await driver.unmount('data', 'b');
    await driver.remove('data');
  });
});

describe('after a restart', () => {
  test('goes on with what is mounted, and unmounts it after the last', async () => {
    const base = scratchFolder();
    const first = open(base);
    const { mountpoint } = await first.create(volume(tmpfs));
    await first.mount('data', 'a');
    writeFileSync(join(mountpoint, 'file'), 'x');
    const next = open(base);
    next.adopt('data', 'a');
    await next.settle();
    await next.idle();
    await next.mount('data', 'b');
    expect(mountpointsBeneath(base)).toEqual([mountpoint]);
    expect(readdirSync(mountpoint)).toEqual(['file']);
    await next.unmount('data', 'b');
    expect(isMountpoint(mountpoint)).toBe(true);
    await next.unmount('data', 'a');
    expect(isMountpoint(mountpoint)).toBe(false);
  });

  test('leaves mounted what may be in use, until it is known who is gone', async () => {
    const base = scratchFolder();
    const first = open(base);
    const { mountpoint } = await first.create(volume(tmpfs));
    await first.mount('data', 'gone');
    const next = open(base);
    await next.idle();
    expect(isMountpoint(mountpoint)).toBe(true);
    await next.settle();
    expect(isMountpoint(mountpoint)).toBe(false);
    expect(readdirSync(join(base, 'run'))).toEqual([]);
    await next.remove('data');
  });

  test('unmounts what nobody had noted', async () => {
    const base = scratchFolder();
    const { mountpoint } = await open(base).create(volume(tmpfs));
    await open(base).mount('data', 'a');
    // As a daemon leaves it that is killed between mounting and noting.
    rmSync(join(base, 'run'), { recursive: true });
    const next = open(base);
    await next.idle();
    expect(isMountpoint(mountpoint)).toBe(false);
  });

  test('counts mounts of plain volumes again', async () => {
    const base = scratchFolder();
    await open(base).create({ name: 'data', labels: null, options: null });
    const next = open(base);
    next.adopt('data', 'a');
    await expect(next.remove('data')).rejects.toThrow('volume has active mounts');
    await next.unmount('data', 'a');
    await next.remove('data');
  });

  test('ignores notes that are none', async () => {
    const base = scratchFolder();
    mkdirSync(join(base, 'run'));
    writeFileSync(join(base, 'run', 'data'), '{"not":"a list"}');
    writeFileSync(join(base, 'run', 'other'), '[');
    const driver = open(base);
    await driver.create({ name: 'data', labels: null, options: null });
    await driver.remove('data');
  });
});

describe('something that a person mounted onto a plain volume', () => {
  test('is unmounted rather than deleted when the volume is removed', async () => {
    const base = scratchFolder();
    const driver = open(base);
    const { mountpoint } = await driver.create({ name: 'data', labels: null, options: null });
    mkdirSync(join(base, 'disk'));
    writeFileSync(join(base, 'disk', 'file'), 'precious');
    bindMount(join(base, 'disk'), mountpoint);
    await driver.mount('data', 'a');
    await driver.unmount('data', 'a');
    expect(isMountpoint(mountpoint)).toBe(true);
    await driver.remove('data');
    await driver.idle();
    expect(readFileSync(join(base, 'disk', 'file'), 'utf8')).toBe('precious');
  });
});
