import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FaultyDriver } from './testsuite/faulty-driver.ts';
import { body, openService } from './testsuite/open-service.ts';

const none = new Map<string, string[]>();
const onlyAnonymous = { all: false };
const all = { all: true };

describe('prune', () => {
  test('takes what nobody holds, tells how much that was, and says so', async () => {
    const { service, events } = await openService();
    const named = await service.create(body('named'));
    const held = await service.create(body(''));
    const free = await service.create(body(''));
    service.hold(held.name, 'container');
    writeFileSync(join(named.mountpoint, 'file'), 'x'.repeat(10));
    writeFileSync(join(free.mountpoint, 'file'), 'x'.repeat(100));
    events.length = 0;
    expect(await service.prune(none, onlyAnonymous)).toMatchObject({ deleted: [free.name], reclaimed: 100 });
    expect(events.map(({ action, id }) => [action, id])).toEqual([
      ['destroy', free.name],
      ['prune', ''],
    ]);
    expect(events[1]?.attributes).toEqual({ reclaimed: '100' });
    expect(await service.prune(none, all)).toMatchObject({ deleted: ['named'], reclaimed: 10 });
    expect(await service.prune(none, all)).toMatchObject({ deleted: [], reclaimed: 0 });
    expect(events.at(-1)).toMatchObject({ action: 'prune', attributes: { reclaimed: '0' } });
  });

  test('leaves volumes with options, and those of other drivers', async () => {
    const faulty = new FaultyDriver();
    onTestFinished(() => faulty.close());
    const { service } = await openService({ drivers: [faulty] });
    await service.create(body('sized', { DriverOpts: { size: '0' } }));
    await service.create(body('elsewhere', { Driver: 'faulty' }));
    await service.create(body('plain', { DriverOpts: {} }));
    expect(await service.prune(none, all)).toMatchObject({ deleted: ['plain'] });
  });

  test('skips what fails to go', async () => {
    const { service, logged } = await openService();
    await service.create(body('mounted'));
    await service.create(body('free'));
    await service.mount('mounted', { mountId: 'a' });
    expect(await service.prune(none, all)).toMatchObject({ deleted: ['free'] });
    expect(logged).toEqual(['could not prune a volume']);
  });

  test('23.1 is one at a time', async () => {
    const { service } = await openService();
    await service.create(body('data'));
    const first = service.prune(none, all);
    await expect(service.prune(none, all)).rejects.toMatchObject({
      kind: 'conflict',
      message: 'a prune operation is already running',
    });
    expect(await first).toMatchObject({ deleted: ['data'] });
    await expect(service.prune(new Map([['until', ['1h']]]), all)).rejects.toThrow("invalid filter 'until'");
    await service.prune(none, all);
  });

  test('and a holder that comes meanwhile: one of them is told', async () => {
    const { service } = await openService();
    const names = Array.from({ length: 60 }, (_, index) => `data-${index}`);
    await Promise.all(names.map((name) => service.create(body(name))));
    const pruning = service.prune(none, all);
    const held: string[] = [];
    for (const name of names.reverse()) {
      await Promise.resolve();
      try {
        service.hold(name, 'container');
        held.push(name);
      } catch {
        // Pruned already, or just now.
      }
    }
    const { deleted } = await pruning;
    expect([...held, ...deleted].sort()).toEqual([...names].sort());
    for (const name of held) expect(await service.get(name)).toMatchObject({ name });
  });
});

describe('usage', () => {
  test('counts files, hard links once, and folders not at all', async () => {
    const { service } = await openService();
    const { mountpoint } = await service.create(body('data'));
    mkdirSync(join(mountpoint, 'folder', 'inner'), { recursive: true });
    writeFileSync(join(mountpoint, 'folder', 'file'), 'x'.repeat(1000));
    linkSync(join(mountpoint, 'folder', 'file'), join(mountpoint, 'folder', 'inner', 'same'));
    await service.create(body('empty'));
    await service.create(body('mounted', { DriverOpts: { type: 'tmpfs', device: 'tmpfs' } }));
    service.hold('data', 'a');
    service.hold('data', 'b');
    const usage = await service.usage();
    expect(usage.map(({ volume, size, refCount }) => [volume.name, size, refCount])).toEqual([
      ['data', 1000, 2],
      ['empty', 0, 0],
    ]);
  });

  test('22.3 is walked once for all who ask at the same time', async () => {
    const { service } = await openService();
    await service.create(body('data'));
    const [one, other] = await Promise.all([service.usage(), service.usage()]);
    expect(one).toBe(other);
    expect(await service.usage()).not.toBe(one);
  });

  test('22.1 is -1 where it cannot be told', async () => {
    const { service, base } = await openService();
    mkdirSync(join(base, 'volumes', 'odd'));
    writeFileSync(join(base, 'volumes', 'odd', 'opts.json'), '{}');
    expect(await service.get('odd')).toMatchObject({ options: {} });
    expect((await service.usage()).map(({ size }) => size)).toEqual([-1]);
  });
});
