import { lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bindMount } from './bind-mount.ts';
import { statx } from './statx.ts';
import { memoryScratch } from './testsuite/scratch.ts';

it('says what lstat says', () => {
  const dir = memoryScratch();
  mkdirSync(join(dir, 'größe'));
  symlinkSync('nowhere', join(dir, 'link'));
  for (const path of ['.', 'größe', 'link'].map((name) => join(dir, name))) {
    const { ino, size, ctimeNs } = lstatSync(path, { bigint: true });
    const at = statx(path);
    expect(at).toMatchObject({ inode: ino, size: Number(size) });
    expect(BigInt(at?.seconds ?? 0) * 1_000_000_000n + BigInt(at?.nanoseconds ?? 0)).toBe(ctimeNs);
  }
  expect(statx(join(dir, 'missing'))).toBeUndefined();
});

it('tells mounts, also of the same file system, and file systems apart', () => {
  const dir = memoryScratch();
  for (const name of ['plain', 'bound']) mkdirSync(join(dir, name));
  bindMount(join(dir, 'plain'), join(dir, 'bound'));
  const [plain, bound, other] = [statx(join(dir, 'plain')), statx(join(dir, 'bound')), statx('/proc')];
  expect([plain?.mounted, bound?.mounted, other?.mounted]).toEqual([false, true, true]);
  expect(bound?.device).toBe(plain?.device);
  expect(other?.device).not.toBe(plain?.device);
});
