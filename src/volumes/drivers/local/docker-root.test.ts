import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../../host/index.ts';
import { scratchFolder } from '../../testsuite/scratch.ts';
import { LocalDriver } from './local-driver.ts';

function open(base: string): LocalDriver {
  const driver = new LocalDriver({ root: join(base, 'volumes'), runRoot: join(base, 'run'), log: silentLog });
  onTestFinished(() => driver.close());
  return driver;
}

describe('a data root of Docker', () => {
  const dockerRoot = (): string => {
    const base = scratchFolder();
    const root = join(base, 'volumes');
    mkdirSync(join(root, 'plain', '_data'), { recursive: true });
    mkdirSync(join(root, 'share'));
    const options = {
      MountType: 'nfs',
      MountOpts: 'addr=10.0.0.1,ro',
      MountDevice: ':/export',
      Quota: { Size: 1048576 },
    };
    writeFileSync(join(root, 'share', 'opts.json'), JSON.stringify(options));
    mkdirSync(join(root, 'x', '_data'), { recursive: true });
    mkdirSync(join(root, 'empty'));
    writeFileSync(join(root, 'metadata.db'), '');
    return base;
  };

  test('is taken over: folders with _data or opts.json are volumes', async () => {
    const { volumes, warnings } = await open(dockerRoot()).list();
    expect(volumes.map(({ name }) => name).sort()).toEqual(['plain', 'share', 'x']);
    expect(warnings).toEqual([]);
    const share = volumes.find(({ name }) => name === 'share');
    expect(share?.options).toEqual({ type: 'nfs', o: 'addr=10.0.0.1,ro', device: ':/export', size: '1048576' });
    expect(volumes.find(({ name }) => name === 'plain')).toMatchObject({ labels: null, options: null });
  });

  test('tells when they were made by their folders, which using the data does not change', async () => {
    const base = dockerRoot();
    const folder = join(base, 'volumes', 'plain');
    const expected = new Date(statSync(folder).ctimeMs).toISOString().slice(0, 19);
    writeFileSync(join(folder, '_data', 'file'), 'x');
    utimesSync(join(folder, '_data'), 0, 0);
    expect((await open(base).get('plain'))?.createdAt).toBe(`${expected}Z`);
  });

  test('counts a folder that is put there later', async () => {
    const base = scratchFolder();
    const driver = open(base);
    expect(driver.peek('late')).toBeUndefined();
    mkdirSync(join(base, 'volumes', 'late', '_data'), { recursive: true });
    expect(driver.peek('late')).toMatchObject({ name: 'late' });
    expect((await driver.list()).volumes).toHaveLength(1);
  });
});
