import { chmodSync, chownSync, linkSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindMount } from './bind-mount.ts';
import { chownTree } from './chown-tree.ts';
import { makeNode } from './nodes.ts';
import { scratch } from './testsuite/scratch.ts';
import { Swapper } from './testsuite/swapper.ts';

const owner = { uid: 1000, gid: 50 };
const ownerOf = (path: string | Buffer): string => {
  const { uid, gid } = lstatSync(path);
  return `${uid}:${gid}`;
};

describe('chownTree', () => {
  it('gives everything in a tree to its owner, names of any bytes included', async () => {
    const tree = join(scratch(), 'tree');
    const bytes = Buffer.concat([Buffer.from(`${tree}/a/`), Buffer.from([0xff, 0x0a, 0xe4])]);
    mkdirSync(join(tree, 'a/b/c'), { recursive: true });
    writeFileSync(bytes, '');
    makeNode(join(tree, 'fifo'), 0o010600);
    writeFileSync(join(tree, 'a/b/c/file'), '', { mode: 0o640 });
    expect(await chownTree(tree, owner)).toEqual([]);
    for (const path of [tree, join(tree, 'a'), join(tree, 'a/b/c/file'), join(tree, 'fifo'), bytes]) {
      expect(ownerOf(path)).toBe('1000:50');
    }
    expect(lstatSync(join(tree, 'a/b/c/file')).mode & 0o7777).toBe(0o640);
  });

  it('changes links and not what they point to', async () => {
    const dir = scratch();
    mkdirSync(join(dir, 'outside'));
    mkdirSync(join(dir, 'tree'));
    symlinkSync('../outside', join(dir, 'tree/link'));
    await chownTree(join(dir, 'tree'), owner);
    expect(ownerOf(join(dir, 'tree/link'))).toBe('1000:50');
    expect(ownerOf(join(dir, 'outside'))).toBe('0:0');
  });

  it('takes a single file, and a link to a folder at the top', async () => {
    const dir = scratch();
    writeFileSync(join(dir, 'file'), '');
    mkdirSync(join(dir, 'folder'));
    symlinkSync('folder', join(dir, 'link'));
    await chownTree(join(dir, 'file'), owner);
    await chownTree(join(dir, 'link'), owner);
    expect([ownerOf(join(dir, 'file')), ownerOf(join(dir, 'folder'))]).toEqual(['1000:50', '1000:50']);
    await expect(chownTree(join(dir, 'none'), owner)).rejects.toThrow('no such file or directory');
  });

  it('touches nothing that has the owner already', async () => {
    const tree = scratch();
    writeFileSync(join(tree, 'tool'), '');
    chownSync(join(tree, 'tool'), 1000, 50);
    // Changing an owner would take the bit away, even where it is the same one.
    chmodSync(join(tree, 'tool'), 0o4755);
    const before = statSync(join(tree, 'tool'), { bigint: true }).ctimeNs;
    await chownTree(tree, owner);
    expect(statSync(join(tree, 'tool')).mode & 0o7777).toBe(0o4755);
    expect(statSync(join(tree, 'tool'), { bigint: true }).ctimeNs).toBe(before);
  });

  it('leaves alone a file that has a name outside, and takes one with all its names inside', async () => {
    const dir = scratch();
    mkdirSync(join(dir, 'tree/deep'), { recursive: true });
    writeFileSync(join(dir, 'shadow'), 'of the host');
    linkSync(join(dir, 'shadow'), join(dir, 'tree/stolen'));
    writeFileSync(join(dir, 'tree/one'), '');
    linkSync(join(dir, 'tree/one'), join(dir, 'tree/deep/two'));
    expect(await chownTree(join(dir, 'tree'), owner)).toEqual([join(dir, 'tree/stolen')]);
    expect(ownerOf(join(dir, 'shadow'))).toBe('0:0');
    expect(ownerOf(join(dir, 'tree/one'))).toBe('1000:50');
  });

  it('passes by what is mounted inside', async () => {
    const dir = scratch();
    mkdirSync(join(dir, 'elsewhere/inner'), { recursive: true });
    mkdirSync(join(dir, 'tree/mounted'), { recursive: true });
    writeFileSync(join(dir, 'tree/after'), '');
    bindMount(join(dir, 'elsewhere'), join(dir, 'tree/mounted'));
    await chownTree(join(dir, 'tree'), owner);
    expect([ownerOf(join(dir, 'elsewhere')), ownerOf(join(dir, 'elsewhere/inner'))]).toEqual(['0:0', '0:0']);
    expect(ownerOf(join(dir, 'tree/after'))).toBe('1000:50');
  });

  it('changes nothing where it is refused', async () => {
    const tree = scratch();
    const refuse = () => {
      throw new Error('not this one');
    };
    await expect(chownTree(tree, owner, { refuse })).rejects.toThrow('not this one');
    expect(ownerOf(tree)).toBe('0:0');
  });

  it('is not led outside by somebody who keeps swapping a folder for a link', async () => {
    const dir = scratch();
    mkdirSync(join(dir, 'outside'));
    for (let index = 0; index < 20; index += 1) writeFileSync(join(dir, 'outside', `file${index}`), '');
    mkdirSync(join(dir, 'tree/folder'), { recursive: true });
    const swapper = await Swapper.start(join(dir, 'tree/folder'), join(dir, 'outside'));
    try {
      for (let round = 0; round < 300; round += 1) await chownTree(join(dir, 'tree'), { uid: round + 1, gid: 1 });
    } finally {
      await swapper.stop();
    }
    expect(ownerOf(join(dir, 'outside'))).toBe('0:0');
    for (let index = 0; index < 20; index += 1) expect(ownerOf(join(dir, 'outside', `file${index}`))).toBe('0:0');
  });
});
