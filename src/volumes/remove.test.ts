import { describe, expect, onTestFinished, test } from 'vitest';
import { FaultyDriver } from './testsuite/faulty-driver.ts';
import { body, openService } from './testsuite/open-service.ts';

const force = { force: true };
const gently = { force: false };

describe('remove', () => {
  test('says that the volume is gone', async () => {
    const { service, events } = await openService();
    await service.create(body('data'));
    await service.remove('data', gently);
    expect(events.at(-1)).toEqual({ type: 'volume', action: 'destroy', id: 'data', attributes: { driver: 'local' } });
    await expect(service.get('data')).rejects.toMatchObject({ kind: 'not-found' });
  });

  test('does not find what is not there, which force does not mind', async () => {
    const { service, events } = await openService();
    await expect(service.remove('data', gently)).rejects.toMatchObject({
      kind: 'not-found',
      message: 'get data: no such volume',
    });
    await service.remove('data', force);
    expect(events).toEqual([]);
  });

  test('names the holders, and is not forced to ignore them', async () => {
    const { service } = await openService();
    await service.create(body('data'));
    service.hold('data', 'aaa');
    service.hold('data', 'bbb');
    service.hold('data', 'aaa');
    expect(service.holders('data')).toEqual(['aaa', 'bbb']);
    for (const options of [gently, force]) {
      await expect(service.remove('data', options)).rejects.toMatchObject({
        kind: 'conflict',
        message: 'remove data: volume is in use - [aaa, bbb]',
      });
    }
    service.release('data', 'aaa');
    service.release('data', 'bbb');
    service.release('data', 'never held');
    await service.remove('data', gently);
  });

  test('is refused while the volume is mounted', async () => {
    const { service } = await openService();
    await service.create(body('data'));
    await service.mount('data', { mountId: 'a' });
    await expect(service.remove('data', force)).rejects.toMatchObject({
      kind: 'system',
      message: 'remove data: volume has active mounts',
    });
    await service.unmount('data', { mountId: 'a' });
    await service.remove('data', gently);
  });

  test('forgets, when forced, what its driver fails to remove, and tells the failure', async () => {
    const faulty = new FaultyDriver();
    onTestFinished(() => faulty.close());
    const { service, events } = await openService({ drivers: [faulty] });
    await service.create(body('data', { Driver: 'faulty' }));
    faulty.failing.add('remove');
    for (const options of [gently, force]) {
      const message = 'remove data: remove: the plugin does not answer';
      await expect(service.remove('data', options)).rejects.toMatchObject({ kind: 'system', message });
    }
    expect(faulty.forgotten).toEqual(['data']);
    expect(events.map(({ action }) => action)).toEqual(['create']);
  });
});

describe('a removal and a holder that come together', () => {
  test('end with the volume held and there, or with both told', async () => {
    const { service } = await openService();
    for (let round = 0; round < 30; round += 1) {
      const name = `data-${round}`;
      await service.create(body(name));
      const removal = service.remove(name, gently).then(
        () => 'removed',
        (error: Error) => error.message,
      );
      await Promise.all(Array.from({ length: round % 4 }, () => Promise.resolve()));
      const hold = attempt(() => service.hold(name, 'container'));
      const outcome = await removal;
      const expected = hold === 'held' ? `remove ${name}: volume is in use - [container]` : 'removed';
      expect(outcome).toBe(expected);
      if (hold !== 'held') expect(['volume is being removed', `get ${name}: no such volume`]).toContain(hold);
    }
  });

  test('end with a volume for whoever makes it where there is none', async () => {
    const { service } = await openService();
    const wanted = { name: 'data', driver: '', options: null, labels: null };
    for (let round = 0; round < 20; round += 1) {
      await service.create(body('data'));
      const removal = service.remove('data', gently).catch((error: Error) => error.message);
      const [volume] = await Promise.all([service.createAndHold(wanted, 'container'), removal]);
      expect(await service.get('data')).toEqual(volume);
      expect(service.holders('data')).toEqual(['container']);
      service.release('data', 'container');
    }
  });
});

describe('createAndHold', () => {
  test('gives anonymous volumes names of their own', async () => {
    const { service } = await openService();
    const wanted = { name: '', driver: '', options: null, labels: null };
    const [one, other] = await Promise.all([service.createAndHold(wanted, 'c'), service.createAndHold(wanted, 'c')]);
    expect(one.name).not.toBe(other.name);
    expect(service.holders(one.name)).toEqual(['c']);
  });

  test('makes nothing that must exist', async () => {
    const { service } = await openService();
    const wanted = { name: 'data', driver: '', options: null, labels: null, mustExist: true };
    await expect(service.createAndHold(wanted, 'c')).rejects.toMatchObject({
      kind: 'not-found',
      message: 'get data: no such volume',
    });
    await service.create(body('data'));
    expect(await service.createAndHold(wanted, 'c')).toMatchObject({ name: 'data' });
  });
});

function attempt(hold: () => void): string {
  try {
    hold();
    return 'held';
  } catch (error) {
    return (error as Error).message;
  }
}
