import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isMountpoint } from '../host/index.ts';
import { FaultyDriver } from './testsuite/faulty-driver.ts';
import { body, openService } from './testsuite/open-service.ts';

const tmpfs = { type: 'tmpfs', device: 'tmpfs' };

describe('mount and unmount', () => {
  test('say which container has which volume where', async () => {
    const { service, events } = await openService();
    const { mountpoint } = await service.create(body('data'));
    const event = { container: 'c1', destination: '/data', readWrite: false, propagation: '' };
    expect(await service.mount('data', { mountId: 'a', event })).toBe(mountpoint);
    await service.unmount('data', { mountId: 'a', event: { container: 'c1' } });
    expect(events.slice(1)).toEqual([
      {
        type: 'volume',
        action: 'mount',
        id: 'data',
        attributes: { driver: 'local', container: 'c1', destination: '/data', 'read/write': 'false', propagation: '' },
      },
      { type: 'volume', action: 'unmount', id: 'data', attributes: { driver: 'local', container: 'c1' } },
    ]);
  });

  test('are silent for the engine itself', async () => {
    const { service, events } = await openService();
    await service.create(body('data'));
    await service.mount('data', { mountId: 'a' });
    await service.unmount('data', { mountId: 'a' });
    expect(events.map(({ action }) => action)).toEqual(['create']);
  });

  test('fail in the words of the driver, and count nothing', async () => {
    const { service } = await openService();
    const DriverOpts = { type: 'none', device: '/no/such/folder', o: 'bind' };
    const { mountpoint } = await service.create(body('data', { DriverOpts }));
    await expect(service.mount('data', { mountId: 'a' })).rejects.toMatchObject({
      kind: 'system',
      message: expect.stringMatching(
        `^error while mounting volume '${mountpoint}': failed to mount local volume: mount `,
      ),
    });
    await expect(service.mount('nothing', { mountId: 'a' })).rejects.toThrow('get nothing: no such volume');
    await service.remove('data', { force: false });
  });

  test('give back a mount even where that fails', async () => {
    const faulty = new FaultyDriver();
    onTestFinished(() => faulty.close());
    const { service, events } = await openService({ drivers: [faulty] });
    await service.create(body('data', { Driver: 'faulty' }));
    await service.mount('data', { mountId: 'a' });
    faulty.failing.add('unmount');
    await expect(service.unmount('data', { mountId: 'a', event: { container: 'c' } })).rejects.toThrow(
      'does not answer',
    );
    expect(events.at(-1)?.action).toBe('unmount');
    await service.remove('data', { force: false });
    await service.unmount('data', { mountId: 'a' });
  });

  test('mount once for many who come at once', async () => {
    const { service } = await openService();
    const { mountpoint } = await service.create(body('data', { DriverOpts: tmpfs }));
    const ids = Array.from({ length: 10 }, (_, index) => `mount-${index}`);
    await Promise.all(ids.map((mountId) => service.mount('data', { mountId })));
    await Promise.all(ids.map((mountId) => service.unmount('data', { mountId })));
    expect(isMountpoint(mountpoint)).toBe(false);
  });
});

describe('a daemon that comes after a killed one', () => {
  test('takes over running containers, and unmounts after the last of them', async () => {
    const { service, base } = await openService();
    const { mountpoint } = await service.create(body('data', { DriverOpts: tmpfs }));
    await service.mount('data', { mountId: 'running' });
    await service.mount('data', { mountId: 'gone' });
    const next = await openService({ base });
    next.service.hold('data', 'container');
    next.service.adopt('data', 'running');
    next.service.adopt('unknown', 'x');
    await next.service.settle();
    expect(isMountpoint(mountpoint)).toBe(true);
    await next.service.unmount('data', { mountId: 'running' });
    expect(isMountpoint(mountpoint)).toBe(false);
  });

  test('counts the holder of a volume whose record it cannot read', async () => {
    const { base } = await openService();
    mkdirSync(join(base, 'volumes', 'bad', '_data'), { recursive: true });
    writeFileSync(join(base, 'volumes', 'bad', 'volume.json'), '');
    const { service, logged } = await openService({ base });
    service.hold('bad', 'container');
    service.adopt('bad', 'mount');
    expect(logged).toEqual(['could not take over a mount of a running container']);
    expect(service.holders('bad')).toEqual(['container']);
    expect(() => service.hold('none', 'container')).toThrow('get none: no such volume');
  });
});
