import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindMount } from './bind-mount.ts';
import { mount, unmount } from './mounts.ts';
import { makeNode } from './nodes.ts';
import { removeTree } from './remove-tree.ts';
import { run } from './run.ts';
import { memoryScratch, scratch } from './testsuite/scratch.ts';

describe('removeTree', () => {
  it('removes everything of a tree, names of any bytes included', async () => {
    const dir = scratch();
    const tree = join(dir, 'tree');
    mkdirSync(join(tree, 'a/b/c'), { recursive: true });
    writeFileSync(join(tree, 'a/f'), 'x');
    writeFileSync(Buffer.concat([Buffer.from(`${tree}/a/`), Buffer.from([0xff, 0x0a, 0xe4])]), 'x');
    makeNode(join(tree, 'fifo'), 0o010644);
    makeNode(join(tree, 'whiteout'), 0o020000, 0, 0);
    writeFileSync(join(tree, 'large'), Buffer.alloc(66 * 1024 * 1024));
    await removeTree(tree);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('takes a file, a link, and what is missing', async () => {
    const dir = scratch();
    writeFileSync(join(dir, 'file'), 'kept');
    symlinkSync(join(dir, 'file'), join(dir, 'link'));
    symlinkSync(dir, join(dir, 'folder-link'));
    await removeTree(join(dir, 'link'));
    await removeTree(join(dir, 'folder-link'));
    expect(readdirSync(dir)).toEqual(['file']);
    await removeTree(join(dir, 'file'));
    await removeTree(join(dir, 'none'));
    await removeTree(join(dir, 'none/deeper'));
    expect(readdirSync(dir)).toEqual([]);
  });

  it('removes links and not what they point to', async () => {
    const dir = scratch();
    mkdirSync(join(dir, 'outside'));
    writeFileSync(join(dir, 'outside/f'), 'kept');
    mkdirSync(join(dir, 'tree'));
    symlinkSync(join(dir, 'outside'), join(dir, 'tree/link'));
    symlinkSync('../outside/f', join(dir, 'tree/file-link'));
    await removeTree(join(dir, 'tree'));
    expect(readFileSync(join(dir, 'outside/f'), 'utf8')).toBe('kept');
  });

  it('refuses, with everything still there, where something is mounted inside', async () => {
    const dir = scratch();
    const mounted = join(dir, 'tree/a/mounted here');
    mkdirSync(mounted, { recursive: true });
    mkdirSync(join(dir, 'data'));
    writeFileSync(join(dir, 'data/f'), 'kept');
    writeFileSync(join(dir, 'tree/first'), 'kept');
    bindMount(join(dir, 'data'), mounted);
    await expect(removeTree(join(dir, 'tree'))).rejects.toMatchObject({
      kind: 'conflict',
      message: `cannot remove ${dir}/tree: ${mounted} is still mounted`,
    });
    await expect(removeTree(mounted)).rejects.toMatchObject({ kind: 'conflict' });
    expect([readdirSync(join(dir, 'tree')).sort(), readdirSync(join(dir, 'data'))]).toEqual([['a', 'first'], ['f']]);
    unmount(mounted);
    await removeTree(join(dir, 'tree'));
    expect(existsSync(join(dir, 'tree'))).toBe(false);
  });

  it('refuses where a single file is mounted over', async () => {
    const dir = scratch();
    mkdirSync(join(dir, 'tree'));
    writeFileSync(join(dir, 'tree/hosts'), '');
    writeFileSync(join(dir, 'real'), 'kept');
    bindMount(join(dir, 'real'), join(dir, 'tree/hosts'));
    await expect(removeTree(join(dir, 'tree'))).rejects.toMatchObject({ kind: 'conflict' });
    await expect(removeTree(join(dir, 'tree/hosts'))).rejects.toMatchObject({ kind: 'conflict' });
    expect(readFileSync(join(dir, 'real'), 'utf8')).toBe('kept');
  });

  it('gets along with a depth far beyond the longest path, with few open files', async () => {
    const dir = memoryScratch();
    const script = `
      const fs = require('node:fs');
      process.chdir(process.argv[1]);
      for (let depth = 0; depth < 6000; depth += 1) { fs.mkdirSync('dd'); process.chdir('dd'); }
      fs.writeFileSync('bottom', '');`;
    mkdirSync(join(dir, 'tree'));
    await run([process.execPath, '-e', script, join(dir, 'tree')]);
    await removeTree(join(dir, 'tree'));
    expect(readdirSync(dir)).toEqual([]);
  });

  it('removes very many names in one folder', async () => {
    const dir = memoryScratch();
    mkdirSync(join(dir, 'tree'));
    // So many that the folder itself is more than a megabyte and is read in batches.
    for (let index = 0; index < 60_000; index += 1) symlinkSync('x', join(dir, 'tree', String(index)));
    expect(statSync(join(dir, 'tree')).size).toBeGreaterThan(1024 * 1024);
    await removeTree(join(dir, 'tree'));
    expect(readdirSync(dir)).toEqual([]);
  });

  it('names what cannot be removed, and why', async () => {
    const dir = scratch();
    const place = join(dir, 'readonly');
    mkdirSync(place);
    mount({ source: 'tmpfs', target: place, type: 'tmpfs', flags: 0, data: '' });
    mkdirSync(join(place, 'tree/d'), { recursive: true });
    writeFileSync(join(place, 'tree/d/f'), '');
    mount({ source: 'tmpfs', target: place, type: 'tmpfs', flags: 0x21, data: '' });
    await expect(removeTree(join(place, 'tree'))).rejects.toMatchObject({
      kind: 'system',
      code: 'EROFS',
      message: `remove ${place}/tree/d/f: read-only file system`,
    });
  });

  it('says what an immutable file may be', async () => {
    const dir = scratch();
    const file = join(dir, 'tree/d/immutable');
    mkdirSync(join(dir, 'tree/d'), { recursive: true });
    writeFileSync(file, '');
    await run(['chattr', '+i', file]);
    try {
      await expect(removeTree(join(dir, 'tree'))).rejects.toMatchObject({
        code: 'EPERM',
        message: `remove ${file}: operation not permitted (it, or its folder, may be immutable or append-only: see lsattr)`,
      });
    } finally {
      await run(['chattr', '-i', file]);
    }
    await removeTree(join(dir, 'tree'));
  });

  it('leaves no descriptor open', async () => {
    const dir = scratch();
    const before = readdirSync('/proc/self/fd').length;
    mkdirSync(join(dir, 'tree/a/b/c'), { recursive: true });
    writeFileSync(join(dir, 'tree/a/sparse'), '');
    truncateSync(join(dir, 'tree/a/sparse'), 1024 ** 4);
    await removeTree(join(dir, 'tree'));
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });
});
