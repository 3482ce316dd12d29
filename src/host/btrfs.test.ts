import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createSubvolume,
  deleteSubvolume,
  hasNestedSubvolumes,
  isSubvolume,
  makeReadOnly,
  snapshotSubvolume,
} from './btrfs.ts';
import { enableQuota, limitSubvolume, subvolumeUsage } from './btrfs-quota.ts';
import { syncfs } from './durable.ts';
import { loopsOf, openLoop, updateLoopSize } from './loop-device.ts';
import { mount, unmount } from './mounts.ts';
import { run } from './run.ts';
import { scratch } from './testsuite/scratch.ts';

let root: string;
let image: string;
beforeEach(async () => {
  root = join(scratch(), 'fs');
  image = `${root}.img`;
  mkdirSync(root);
  writeFileSync(image, '');
  truncateSync(image, 256 * 1024 * 1024);
  await run(['mkfs.btrfs', '--quiet', image]);
  const loop = openLoop(image);
  mount({ source: loop.path, target: root, type: 'btrfs', flags: 0, data: '' });
  loop.release();
});
afterEach(() => unmount(root));

describe('subvolumes', () => {
  test('are snapshotted, nested ones left out, and deleted with all that is in them', async () => {
    const data = join(root, 'data');
    createSubvolume(data);
    expect([isSubvolume(data), isSubvolume(join(root, 'none')), hasNestedSubvolumes(data)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(() => createSubvolume(data)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    writeFileSync(join(data, 'file'), 'before');
    await snapshotSubvolume(data, join(root, 'kept'), { readOnly: true });
    writeFileSync(join(data, 'file'), 'after');
    expect(readFileSync(join(root, 'kept', 'file'), 'utf8')).toBe('before');
    expect(() => writeFileSync(join(root, 'kept', 'file'), '')).toThrow('EROFS');
    mkdirSync(join(data, 'folder'));
    createSubvolume(join(data, 'folder', 'nested'));
    createSubvolume(join(data, 'folder', 'nested', 'deeper'));
    makeReadOnly(join(data, 'folder', 'nested', 'deeper'));
    expect(hasNestedSubvolumes(data)).toBe(true);
    await deleteSubvolume(data);
    await deleteSubvolume(join(root, 'kept'));
    expect([isSubvolume(data), isSubvolume(join(root, 'kept'))]).toEqual([false, false]);
  });

  test('are counted and limited', async () => {
    const data = join(root, 'data');
    createSubvolume(data);
    expect(subvolumeUsage(data)).toBeUndefined();
    await expect(limitSubvolume(data, 1)).rejects.toMatchObject({ code: 'ENOTCONN' });
    await enableQuota(root);
    await limitSubvolume(data, 10 * 1024 * 1024);
    writeFileSync(join(data, 'file'), Buffer.alloc(5 * 1024 * 1024, 1));
    expect(() => writeFileSync(join(data, 'more'), Buffer.alloc(6 * 1024 * 1024, 1))).toThrow(
      // EDQUOT, of which Node has no name.
      expect.objectContaining({ errno: -122 }),
    );
    await syncfs(root);
    expect(subvolumeUsage(data)).toMatchObject({ limit: 10 * 1024 * 1024 });
    expect(subvolumeUsage(data)?.used).toBeGreaterThan(5 * 1024 * 1024);
    await limitSubvolume(data, 0);
    writeFileSync(join(data, 'more'), Buffer.alloc(6 * 1024 * 1024, 1));
    expect(subvolumeUsage(data)?.limit).toBe(0);
  });
});

describe('a loop device', () => {
  test('is one for each file, and goes with the mount', async () => {
    const [device = ''] = loopsOf(image);
    const second = openLoop(image);
    expect(second.path).toBe(device);
    second.release();
    truncateSync(image, 300 * 1024 * 1024);
    updateLoopSize(device);
    expect(Number(readFileSync(`/sys/block/${device.slice(5)}/size`, 'utf8')) * 512).toBe(300 * 1024 * 1024);
    unmount(root);
    await expect.poll(() => loopsOf(image)).toEqual([]);
  });
});
