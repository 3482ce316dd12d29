import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { body, openService } from '../testsuite/open-service.ts';

const week = { keepMs: 7 * 86_400_000, size: { share: 1 }, autoRemoved: false };

async function withOldData(trash = week) {
  const open = await openService({ trash });
  const { mountpoint } = await open.service.create(body('data', { Labels: { tier: 'gold' } }));
  writeFileSync(join(mountpoint, 'file'), 'old');
  const root = join(open.base, 'volumes');
  const fresh = join(root, '.new-fresh');
  mkdirSync(fresh);
  writeFileSync(join(fresh, 'file'), 'new');
  return { ...open, root, fresh, text: () => readFileSync(join(mountpoint, 'file'), 'utf8') };
}

test('the data of a volume is replaced in one step, and the old is in the trash with its record', async () => {
  const { service, fresh, text, events } = await withOldData();
  const id = await service.replaceData('data', fresh);
  expect(text()).toBe('new');
  expect(existsSync(fresh)).toBe(false);
  expect(events.at(-1)).toMatchObject({ action: 'trash', id: 'data', attributes: { trash: id } });
  const old = await service.trash.restore({ reference: id ?? '', as: 'old-data' });
  expect(readFileSync(join(old.mountpoint, 'file'), 'utf8')).toBe('old');
  expect(old.labels).toEqual({ tier: 'gold' });
});

test('without a trash the old data is deleted', async () => {
  const { service, fresh, text, root } = await withOldData({ ...week, keepMs: 0 });
  expect(await service.replaceData('data', fresh)).toBeUndefined();
  expect(text()).toBe('new');
  await expect.poll(() => readdirSync(root).sort()).toEqual(['.trash', 'data']);
  expect(readdirSync(join(root, '.trash'))).toEqual([]);
});

test('nothing is replaced while the volume is used or protected, or where the new data is missing', async () => {
  const { service, fresh, text, root } = await withOldData();
  await service.mount('data', { mountId: 'a' });
  await expect(service.replaceData('data', fresh)).rejects.toMatchObject({
    message: 'replace data: volume has active mounts',
  });
  await service.unmount('data', { mountId: 'a' });
  await expect(service.replaceData('data', `${fresh}-none`)).rejects.toMatchObject({ kind: 'system' });
  await service.setProtected('data', true);
  await expect(service.replaceData('data', fresh)).rejects.toMatchObject({ kind: 'conflict' });
  expect(text()).toBe('old');
  expect(readdirSync(join(root, '.trash'))).toEqual([]);
  expect(existsSync(fresh)).toBe(true);
});
