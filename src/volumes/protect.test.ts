import { describe, expect, onTestFinished, test } from 'vitest';
import { isProtected } from './protect.ts';
import { FaultyDriver } from './testsuite/faulty-driver.ts';
import { body, openService } from './testsuite/open-service.ts';

const protectedLabels = { Labels: { 'holdfast.protect': 'true' } };
const refusal = {
  kind: 'conflict',
  message: `remove data: volume is protected by its label holdfast.protect=true: run "holdfast volume unprotect data" first`,
};

describe('a protected volume', () => {
  test.each([
    ['true', true],
    ['1', true],
    ['', true],
    ['flase', true],
    ['false', false],
    ['0', false],
    ['off', false],
  ])('has a label that is no plain no: %j', (value, expected) => {
    expect(isProtected({ labels: { 'holdfast.protect': value } })).toBe(expected);
    expect(isProtected({ labels: { other: value } })).toBe(false);
    expect(isProtected({ labels: null })).toBe(false);
  });

  test('is not removed, forced or not, until it is unprotected', async () => {
    const { service, base } = await openService();
    await service.create(body('data', protectedLabels));
    await expect(service.remove('data', { force: false })).rejects.toMatchObject(refusal);
    await expect(service.remove('data', { force: true })).rejects.toMatchObject(refusal);
    const { service: next } = await openService({ base });
    await expect(next.remove('data', { force: true })).rejects.toMatchObject(refusal);
    await next.setProtected('data', false);
    await next.remove('data', { force: false });
  });

  test('is passed over by prune, which says so', async () => {
    const { service, logged } = await openService();
    await service.create(body('data', protectedLabels));
    await service.create(body('other'));
    expect(await service.prune(new Map(), { all: true })).toMatchObject({ deleted: ['other'], kept: ['data'] });
    expect(logged).toEqual([]);
  });

  test('is not forgotten either where its driver gives no answer', async () => {
    const faulty = new FaultyDriver();
    onTestFinished(() => faulty.close());
    const { service } = await openService({ drivers: [faulty] });
    await service.create(body('data', { Driver: 'faulty', ...protectedLabels }));
    faulty.failing.add('get');
    await expect(service.remove('data', { force: true })).rejects.toMatchObject({ kind: 'system' });
    expect(faulty.forgotten).toEqual([]);
    faulty.failing.clear();
    await expect(service.remove('data', { force: true })).rejects.toMatchObject(refusal);
  });
});

describe('the labels of a volume', () => {
  test('are set and taken away one by one, and last', async () => {
    const { service, base, events } = await openService();
    await service.create(body('data', { Labels: { a: '1', b: '2' } }));
    const after = await service.update('data', { set: { c: '3', a: '4' }, remove: ['b', 'never'] });
    expect(after.labels).toEqual({ a: '4', c: '3' });
    const { service: next } = await openService({ base });
    expect((await next.get('data')).labels).toEqual({ a: '4', c: '3' });
    expect(events.map(({ action }) => action)).toEqual(['create', 'update']);
  });

  test('that change nothing raise nothing', async () => {
    const { service, events } = await openService();
    await service.create(body('data'));
    expect((await service.update('data', { set: {}, remove: ['a'] })).labels).toBeNull();
    await service.setProtected('data', true);
    await service.setProtected('data', true);
    await service.setProtected('data', false);
    const said = events.map(({ action }) => action);
    expect(said).toEqual(['create', 'update', 'protect', 'update', 'unprotect']);
  });

  test('have names, and a volume', async () => {
    const { service } = await openService();
    await service.create(body('data'));
    const none = service.update('data', { set: { '': 'x' }, remove: [] });
    await expect(none).rejects.toMatchObject({
      kind: 'invalid-argument',
      message: 'update data: a label must have a name',
    });
    const both = service.update('data', { set: { a: '' }, remove: ['a'] });
    await expect(both).rejects.toMatchObject({ kind: 'invalid-argument' });
    await expect(service.setProtected('other', true)).rejects.toMatchObject({
      kind: 'not-found',
      message: 'update other: no such volume',
    });
  });
});
