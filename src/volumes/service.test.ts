import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FaultyDriver } from './testsuite/faulty-driver.ts';
import { body, type OpenService, openService } from './testsuite/open-service.ts';

const none = new Map<string, string[]>();

async function withFaulty(): Promise<OpenService & { faulty: FaultyDriver }> {
  const faulty = new FaultyDriver();
  onTestFinished(() => faulty.close());
  return { ...(await openService({ drivers: [faulty] })), faulty };
}

const onFaulty = (name: string) => body(name, { Driver: 'faulty' });

describe('create', () => {
  test('answers the volume that exists, as it is, and says nothing of it', async () => {
    const { service, events } = await openService();
    const first = await service.create(body('data', { Labels: { a: '1' } }));
    const again = await service.create(
      body('data', { Labels: { b: '2' }, DriverOpts: { nonsense: 'x' }, Driver: 'local' }),
    );
    expect(again).toEqual(first);
    expect(events).toEqual([{ type: 'volume', action: 'create', id: 'data', attributes: { driver: 'local' } }]);
  });

  test('makes an anonymous volume where there is no name', async () => {
    const { service } = await openService();
    const volume = await service.create(body('', { Labels: { a: '1' } }));
    expect(volume.name).toMatch(/^[0-9a-f]{64}$/);
    expect(volume.labels).toEqual({ a: '1', 'com.docker.volume.anonymous': '' });
    expect(volume.driver).toBe('local');
  });

  test.each([
    [
      body('x'),
      'invalid-argument',
      'create x: volume name is too short, names should be at least two alphanumeric characters',
    ],
    [body('a/b'), 'invalid-argument', 'create a/b: "a/b" includes invalid characters for a local volume name'],
    [body('data', { DriverOpts: { foo: '' } }), 'invalid-argument', 'create data: invalid option: "foo"'],
    [
      body('data', { Driver: 'nope' }),
      'not-found',
      'create data: error looking up volume plugin nope: plugin "nope" not found',
    ],
  ])('refuses %j', async (request, kind, message) => {
    const { service, events } = await openService();
    await expect(service.create(request)).rejects.toMatchObject({ kind, message: expect.stringContaining(message) });
    expect(events).toEqual([]);
  });

  test('keeps a name for one driver', async () => {
    const { service } = await withFaulty();
    await service.create(body('data'));
    await expect(service.create(onFaulty('data'))).rejects.toMatchObject({
      kind: 'conflict',
      message: "create data: driver 'local' already has volume 'data': volume name must be unique",
    });
    await service.create(onFaulty('other'));
    expect(await service.create(body('other'))).toMatchObject({ driver: 'faulty' });
  });

  test('finds a volume that a driver has got by other ways', async () => {
    const { service, faulty, events } = await withFaulty();
    await faulty.appear('outside');
    expect(await service.create(body('outside'))).toMatchObject({ driver: 'faulty' });
    expect(events).toEqual([]);
  });

  test('goes on where another driver cannot be asked', async () => {
    const { service, faulty, logged } = await withFaulty();
    faulty.failing.add('get');
    expect(await service.create(body('data'))).toMatchObject({ driver: 'local' });
    expect(logged).toHaveLength(1);
  });

  test('does not guess where the driver that has the name cannot be asked', async () => {
    const { service, faulty } = await withFaulty();
    await service.create(onFaulty('data'));
    faulty.failing.add('get');
    await expect(service.create(body('data'))).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(
        "create data: found reference to volume 'data' in driver 'faulty', but got an error while checking the driver",
      ),
    });
  });

  test('makes a lost volume anew, unless a container counts on it', async () => {
    const { service, base, faulty } = await withFaulty();
    for (const Driver of ['local', 'faulty']) {
      const request = body(`on-${Driver}`, { Driver });
      await service.create(request);
      service.hold(request.Name, 'container');
      rmSync(join(base, 'volumes', request.Name), { recursive: true, force: true });
      faulty.lose(request.Name);
      await expect(service.create(request)).rejects.toMatchObject({
        kind: 'conflict',
        message: expect.stringContaining('found references to volume'),
      });
      service.release(request.Name, 'container');
      expect(await service.create(request)).toMatchObject({ name: request.Name });
    }
  });

  test('makes one volume for many who ask at once', async () => {
    const { service, events } = await openService();
    const made = await Promise.all(Array.from({ length: 20 }, () => service.create(body('data'))));
    expect(new Set(made.map((volume) => volume.createdAt)).size).toBe(1);
    expect(events).toHaveLength(1);
  });
});

describe('get and list', () => {
  test('know nothing of a volume that is not there', async () => {
    const { service } = await openService();
    await expect(service.get('data')).rejects.toMatchObject({ kind: 'not-found', message: 'get data: no such volume' });
    expect(await service.list(none)).toEqual({ volumes: [], warnings: [] });
  });

  test('a driver that fails makes a warning, and its volumes stay', async () => {
    const { service, faulty } = await withFaulty();
    await service.create(body('data'));
    await service.create(onFaulty('other'));
    await service.list(none);
    faulty.failing.add('list');
    const { volumes, warnings } = await service.list(none);
    expect(volumes.map(({ name }) => name)).toEqual(['data', 'other']);
    expect(warnings).toEqual(['error while listing the volumes of driver "faulty": list: the plugin does not answer']);
  });

  test('a name that two drivers have is listed once, as the first one has it', async () => {
    const { service, faulty } = await withFaulty();
    await service.create(body('data'));
    await faulty.appear('data');
    expect((await service.list(none)).volumes.map(({ driver }) => driver)).toEqual(['local']);
    expect(await service.get('data')).toMatchObject({ driver: 'local' });
  });

  test('a driver that hangs keeps no other volume waiting', async () => {
    const { service, faulty } = await withFaulty();
    let release = (): void => {};
    faulty.hang = new Promise((resolve) => {
      release = resolve;
    });
    const hanging = service.create(onFaulty('slow'));
    await service.create(body('data', { Driver: 'local' }));
    expect(await service.get('data')).toMatchObject({ name: 'data' });
    release();
    await hanging;
  });
});

test('a create that a power cut has cut off before its answer is made anew', async () => {
  const { base } = await openService();
  mkdirSync(join(base, 'volumes', 'cut', '_data'), { recursive: true });
  writeFileSync(join(base, 'volumes', 'cut', 'volume.json'), '');
  const { service } = await openService({ base });
  expect(await service.create(body('cut', { Labels: { a: 'b' } }))).toMatchObject({ labels: { a: 'b' } });
});

test('a volume that is held and whose record was lost is not made anew', async () => {
  const { base } = await openService();
  mkdirSync(join(base, 'volumes', 'cut', '_data'), { recursive: true });
  writeFileSync(join(base, 'volumes', 'cut', 'volume.json'), '');
  const { service } = await openService({ base });
  service.hold('cut', 'container');
  await expect(service.create(body('cut'))).rejects.toMatchObject({ kind: 'conflict' });
});
