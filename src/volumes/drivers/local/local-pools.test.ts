import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isMountpoint, silentLog } from '../../../host/index.ts';
import { DirectoryDriver, type Pool } from '../../pools/index.ts';
import { describeVolumeDriver } from '../../testsuite/driver-suite.ts';
import { scratchFolder } from '../../testsuite/scratch.ts';
import type { VolumeDriver } from '../../volume.ts';
import { LocalDriver } from './local-driver.ts';

const places = new WeakMap<VolumeDriver, string>();
function fast(base: string): Pool {
  const root = join(base, 'fast');
  mkdirSync(root, { recursive: true });
  return { name: 'fast', root, driver: new DirectoryDriver() };
}

/** With a second pool beside the main one. */
function open(base: string): LocalDriver {
  const driver = new LocalDriver({ root: join(base, 'volumes'), runRoot: join(base, 'run'), log: silentLog });
  places.set(driver, base);
  onTestFinished(() => driver.close());
  driver.attachPool(fast(base));
  return driver;
}

function openWithDefault(base: string): LocalDriver {
  const driver = open(base);
  driver.setDefaultPool('fast');
  return driver;
}

describeVolumeDriver('the local driver with another pool as the default', {
  make: async () => openWithDefault(scratchFolder()),
  restart: async (driver) => openWithDefault(places.get(driver) ?? ''),
  refusedName: 'no spaces',
});

const inPool = (name: string, pool?: string) => ({ name, labels: null, options: pool === undefined ? null : { pool } });
const names = async (driver: LocalDriver) => (await driver.list()).volumes.map(({ name }) => name).sort();

describe('several pools', () => {
  test('keep each its volumes, which are all found by their names', async () => {
    const base = scratchFolder();
    const driver = open(base);
    await driver.create(inPool('plain'));
    const { mountpoint, options } = await driver.create(inPool('quick', 'fast'));
    expect([mountpoint, options]).toEqual([join(base, 'fast', 'quick', '_data'), { pool: 'fast' }]);
    expect(driver.home('quick')).toMatchObject({ root: join(base, 'fast'), folder: join(base, 'fast', 'quick') });
    expect(driver.home('plain')?.root).toBe(join(base, 'volumes'));
    expect(driver.home('other')).toBeUndefined();
    expect(await names(driver)).toEqual(['plain', 'quick']);
    writeFileSync(join(mountpoint, 'file'), 'x'.repeat(100));
    expect(await driver.size('quick')).toBe(100);
    await driver.remove('quick');
    expect(await names(driver)).toEqual(['plain']);
    await driver.idle();
    expect(readdirSync(join(base, 'fast'))).toEqual([]);
  });

  test('take away what a crash left mounted and half made in any of them', async () => {
    const base = scratchFolder();
    const killed = open(base);
    const options = { pool: 'fast', type: 'tmpfs', device: 'tmpfs' };
    const { mountpoint } = await killed.create({ name: 'scratch', labels: null, options });
    await killed.mount('scratch', 'a');
    mkdirSync(join(base, 'fast', '.new-x', '_data'), { recursive: true });
    const next = open(base);
    await next.settle();
    await next.idle();
    expect(isMountpoint(mountpoint)).toBe(false);
    expect(existsSync(join(base, 'fast', '.new-x'))).toBe(false);
  });

  test('refuse a pool that there is not', async () => {
    const driver = open(scratchFolder());
    await expect(driver.create(inPool('data', 'slow'))).rejects.toMatchObject({
      kind: 'invalid-argument',
      message: expect.stringContaining('no such pool: "slow"'),
    });
  });
});

describe('a pool that is out of reach', () => {
  const anonymous = 'a'.repeat(64);

  test.each([
    ['since the start', (driver: LocalDriver) => driver.losePool('disk', 'its disk is not there')],
    ['meanwhile', (_: LocalDriver, base: string) => renameSync(join(base, 'fast'), join(base, 'away'))],
  ])('%s makes warnings, and no volume takes the place of one in it', async (_, lose) => {
    const base = scratchFolder();
    const driver = open(base);
    await driver.create(inPool('plain'));
    lose(driver, base);
    const { volumes, warnings } = await driver.list();
    expect(volumes.map(({ name }) => name)).toEqual(['plain']);
    expect(warnings).toEqual([expect.stringMatching(/^pool (disk: its disk is not there|fast: .* is gone)$/)]);
    await expect(driver.create(inPool('database'))).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('it may have a volume of that name'),
    });
    await driver.create(inPool(anonymous));
    expect(await names(driver)).toEqual([anonymous, 'plain'].sort());
  });

  test('cannot be asked for, and no longer counts once it is given up', async () => {
    const driver = open(scratchFolder());
    driver.losePool('disk', 'its disk is not there');
    const failing = driver.create(inPool(anonymous, 'disk'));
    await expect(failing).rejects.toMatchObject({ kind: 'unavailable', message: 'pool disk: its disk is not there' });
    await driver.detachPool('disk');
    await driver.create(inPool('database'));
    expect((await driver.list()).warnings).toEqual([]);
  });
});
