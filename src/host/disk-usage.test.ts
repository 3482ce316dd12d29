import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindMount } from './bind-mount.ts';
import { diskUsage } from './disk-usage.ts';
import { mount } from './mounts.ts';
import { memoryScratch } from './testsuite/scratch.ts';

/** So many files that the tree is measured by find(1). */
function makeLarge(dir: string): number {
  mkdirSync(dir);
  for (let index = 0; index < 1500; index += 1) writeFileSync(join(dir, `f${index}`), 'xy');
  return 3000;
}

// Once measured on the spot, once by find(1): both must say the same.
describe.each(['small', 'large'])('diskUsage of a %s tree', (size) => {
  const prepare = (): { dir: string; more: number } => {
    const dir = join(memoryScratch(), 'tr[e]e *');
    mkdirSync(dir);
    return { dir, more: size === 'large' ? makeLarge(join(dir, 'many')) : 0 };
  };

  it('is the sum of the sizes of all that is no folder', async () => {
    const { dir, more } = prepare();
    mkdirSync(join(dir, 'a/b/c'), { recursive: true });
    writeFileSync(join(dir, 'one'), 'x'.repeat(1000));
    writeFileSync(join(dir, 'a/b/two'), 'x'.repeat(50));
    symlinkSync('12345', join(dir, 'a/link'));
    symlinkSync('/usr', join(dir, 'a/b/c/usr'));
    writeFileSync(join(dir, 'sparse'), '');
    truncateSync(join(dir, 'sparse'), 1_000_000);
    expect(await diskUsage(dir)).toBe(1_001_059 + more);
  });

  it('counts hard links once', async () => {
    const { dir, more } = prepare();
    mkdirSync(join(dir, 'd'));
    writeFileSync(join(dir, 'a'), 'x'.repeat(100));
    for (const name of ['b', 'c', 'd/e']) linkSync(join(dir, 'a'), join(dir, name));
    expect(await diskUsage(dir)).toBe(100 + more);
  });

  it('leaves out what is mounted inside, of this file system or another', async () => {
    const { dir, more } = prepare();
    for (const name of ['d/tmpfs [x]', 'd/bind *', 'outside']) mkdirSync(join(dir, name), { recursive: true });
    writeFileSync(join(dir, 'f'), 'x'.repeat(10));
    mount({ source: 'tmpfs', target: join(dir, 'd/tmpfs [x]'), type: 'tmpfs', flags: 0, data: '' });
    writeFileSync(join(dir, 'd/tmpfs [x]/f'), 'x'.repeat(100));
    writeFileSync(join(dir, 'outside/f'), 'x'.repeat(1000));
    bindMount(join(dir, 'outside'), join(dir, 'd/bind *'));
    expect(await diskUsage(dir)).toBe(1010 + more);
    symlinkSync(dir, `${dir}-link`);
    expect(await diskUsage(`${dir}-link/d/..`)).toBe(1010 + more);
  });

  it('knows names that are not UTF-8', async () => {
    const { dir, more } = prepare();
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff, 0x0a])]), 'abc');
    expect(await diskUsage(dir)).toBe(3 + more);
  });
});

describe('diskUsage', () => {
  it('measures very many trees at once', async () => {
    const dir = memoryScratch();
    const trees = Array.from({ length: 300 }, (_, index) => join(dir, String(index)));
    for (const [index, tree] of trees.entries()) {
      mkdirSync(tree);
      writeFileSync(join(tree, 'f'), 'x'.repeat(index));
    }
    expect(await Promise.all(trees.map((tree) => diskUsage(tree)))).toEqual(trees.map((_, index) => index));
  });

  it('measures several large trees at once', async () => {
    const dir = memoryScratch();
    const trees = Array.from({ length: 4 }, (_, index) => join(dir, String(index)));
    for (const tree of trees) makeLarge(tree);
    expect(await Promise.all(trees.map((tree) => diskUsage(tree)))).toEqual([3000, 3000, 3000, 3000]);
  });

  it('names the tree that is missing', async () => {
    await expect(diskUsage('/no/such')).rejects.toMatchObject({
      kind: 'system',
      code: 'ENOENT',
      message: 'measure /no/such: no such file or directory',
    });
  });
});
