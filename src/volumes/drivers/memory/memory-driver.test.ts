import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeVolumeDriver } from '../../testsuite/driver-suite.ts';
import { MemoryDriver } from './memory-driver.ts';

async function make(): Promise<MemoryDriver> {
  const driver = new MemoryDriver();
  onTestFinished(() => driver.close());
  return driver;
}

describeVolumeDriver('the memory driver', { make });

test('takes any name, as a plugin does', async () => {
  const driver = await make();
  const volume = await driver.create({ name: 'pool/data', labels: null, options: { anything: 'goes' } });
  expect(await driver.get('pool/data')).toEqual(volume);
});

test('leaves no folders behind', async () => {
  const driver = await make();
  const { mountpoint } = await driver.create({ name: 'data', labels: null, options: null });
  await driver.close();
  expect(existsSync(dirname(mountpoint))).toBe(false);
});
