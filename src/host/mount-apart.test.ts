import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mountApart } from './mount-apart.ts';
import { MS } from './mount-options.ts';
import { isMountpoint } from './mount-table.ts';
import { unmount } from './mounts.ts';
import { hungFileSystem } from './testsuite/hung-file-system.ts';
import { scratch } from './testsuite/scratch.ts';

const call = (target: string, more: object = {}) => ({
  source: 'tmpfs',
  target,
  type: 'tmpfs',
  flags: 0,
  data: '',
  ...more,
});

describe('a mount by a process of its own', () => {
  test('mounts, with its flags', async () => {
    const folder = scratch();
    await mountApart(call(folder, { flags: MS.RDONLY, data: 'size=1m' }), 20_000);
    expect(isMountpoint(folder)).toBe(true);
    unmount(folder);
  });

  test('fails as a mount does, and keeps passwords to itself', async () => {
    const folder = scratch();
    const failing = mountApart(call(folder, { type: 'nosuchfs', data: 'password=secret' }), 20_000);
    await expect(failing).rejects.toMatchObject({
      code: 'ENODEV',
      message: `mount tmpfs:${folder}, data: password=********: no such device`,
    });
  });

  test('is given up where nobody answers, and leaves nothing', async () => {
    const folder = scratch();
    const target = join(folder, 'target');
    const hung = join(folder, 'hung');
    mkdirSync(target);
    hungFileSystem(hung);
    const waiting = mountApart(call(target, { source: join(hung, 'x'), type: '', flags: MS.BIND }), 500);
    await expect(waiting).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      message: expect.stringMatching(/: connection timed out$/),
    });
    expect(isMountpoint(target)).toBe(false);
  });
});
