import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyTree } from './copy-tree.ts';
import { mount } from './mounts.ts';
import { makeNode } from './nodes.ts';
import { run } from './run.ts';
import { memoryScratch, scratch } from './testsuite/scratch.ts';
import { treeFacts } from './testsuite/tree-facts.ts';
import { setXattr } from './xattr.ts';

/** A tree with one of everything that copies commonly lose. */
async function nastyTree(root: string): Promise<void> {
  mkdirSync(join(root, 'empty/deep/er'), { recursive: true });
  mkdirSync(join(root, 'closed'));
  writeFileSync(join(root, 'closed/inside'), 'x'.repeat(100_000));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/latin-`), Buffer.from([0xe4, 0xff])]), 'not UTF-8');
  writeFileSync(join(root, 'new\nline "quoted" *?[x] \\'), 'odd');
  writeFileSync(join(root, '-rf'), '');
  writeFileSync(join(root, 'suid'), '#!/bin/sh\n');
  chownSync(join(root, 'suid'), 1234, 4321);
  chmodSync(join(root, 'suid'), 0o6755);
  writeFileSync(join(root, 'capable'), '');
  await run(['setcap', 'cap_net_raw+ep', join(root, 'capable')]).catch(() => setCapability(join(root, 'capable')));
  writeFileSync(join(root, 'attributes'), 'a');
  setXattr(join(root, 'attributes'), 'user.note', 'ü');
  setXattr(join(root, 'attributes'), 'trusted.deep', Buffer.alloc(500, 1));
  chmodSync(join(root, 'attributes'), 0o000);
  linkSync(join(root, 'attributes'), join(root, 'closed/linked'));
  symlinkSync('closed/../missing', join(root, 'dangling'));
  symlinkSync('/etc/passwd', join(root, 'absolute'));
  symlinkSync('closed', join(root, 'to-folder'));
  linkSync(join(root, 'absolute'), join(root, 'absolute-linked'));
  lchownSync(join(root, 'dangling'), 77, 78);
  lutimesSync(join(root, 'dangling'), 1, 2);
  makeNode(join(root, 'fifo'), constants.S_IFIFO | 0o622);
  makeNode(join(root, 'null'), constants.S_IFCHR | 0o666, 1, 3);
  makeNode(join(root, 'whiteout'), constants.S_IFCHR, 0, 0);
  makeNode(join(root, 'socket'), constants.S_IFSOCK | 0o755);
  setXattr(root, 'user.top', '1');
  await run(['setfacl', '-m', 'u:1000:rwx', join(root, 'closed')]).catch(() => setAccessList(join(root, 'closed')));
  setDefaultAccessList(join(root, 'empty'));
  utimesSync(join(root, 'suid'), -5.25, 1_234_567_890.123456);
  chmodSync(join(root, 'closed'), 0o2550);
  utimesSync(join(root, 'closed'), 7, 8);
  chownSync(root, 55, 56);
  chmodSync(root, 0o3711);
}

function setCapability(path: string): void {
  setXattr(path, 'security.capability', Buffer.from('0100000200200000000000000000000000000000', 'hex'));
}

/** `u::rwx, u:1000:rwx, g::r-x, m::rwx, o::r-x`, as the kernel stores it. */
const ACCESS_LIST = Buffer.from(
  '0200000001000700ffffffff02000700e803000004000500ffffffff10000700ffffffff20000500ffffffff',
  'hex',
);

function setAccessList(path: string): void {
  setXattr(path, 'system.posix_acl_access', ACCESS_LIST);
}

function setDefaultAccessList(path: string): void {
  setXattr(path, 'system.posix_acl_default', ACCESS_LIST);
}

describe('copyTree', () => {
  it('gives what `cp -a` gives, for a tree with one of everything', async () => {
    const dir = scratch();
    const [source, ours, theirs] = [join(dir, 'source'), join(dir, 'ours'), join(dir, 'theirs')];
    mkdirSync(source);
    await nastyTree(source);
    await copyTree(source, ours);
    await run(['cp', '-a', '-T', '--', source, theirs]);
    const facts = treeFacts(source);
    expect(treeFacts(theirs)).toEqual(facts);
    expect(treeFacts(ours)).toEqual(facts);
  });

  it('copies between file systems, leaving out attributes the target does not take', async () => {
    const dir = scratch();
    const [source, target] = [join(dir, 'source'), join(dir, 'target')];
    for (const place of [source, target]) mkdirSync(place);
    mount({ source: 'ramfs', target, type: 'ramfs', flags: 0, data: '' });
    mkdirSync(join(source, 'd'));
    writeFileSync(join(source, 'd/f'), Buffer.alloc(3_000_000, 'ab'));
    writeFileSync(join(source, 'small'), 'content');
    setXattr(join(source, 'small'), 'user.x', '1');
    chmodSync(source, 0o750);
    await copyTree(source, target);
    expect(readFileSync(join(target, 'd/f')).equals(readFileSync(join(source, 'd/f')))).toBe(true);
    expect(readFileSync(join(target, 'small'), 'utf8')).toBe('content');
    expect(statSync(target).mode & 0o7777).toBe(0o750);
  });

  it('keeps holes, in small and in large files', async () => {
    const dir = scratch();
    const [source, target] = [join(dir, 'source'), join(dir, 'target')];
    mkdirSync(source);
    for (const [name, size] of [['small', 512 * 1024] as const, ['large', 3 * 1024 ** 3] as const]) {
      const fd = openSync(join(source, name), 'w');
      writeSync(fd, 'head', 0);
      writeSync(fd, 'middle', size / 2);
      closeSync(fd);
      truncateSync(join(source, name), size);
    }
    truncateSync(join(source, 'small'), 512 * 1024 + 1);
    writeFileSync(join(source, 'hole'), '');
    truncateSync(join(source, 'hole'), 1024 ** 4);
    await copyTree(source, target);
    for (const name of ['small', 'large', 'hole']) {
      const [from, to] = [lstatSync(join(source, name)), lstatSync(join(target, name))];
      expect(to.size).toBe(from.size);
      expect(to.blocks).toBeLessThanOrEqual(from.blocks);
    }
    await run(['cmp', join(source, 'small'), join(target, 'small')]);
    const read = await run([
      'dd',
      `if=${join(target, 'large')}`,
      'bs=6',
      'count=1',
      'iflag=skip_bytes',
      `skip=${1.5 * 1024 ** 3}`,
    ]);
    expect(read.stdout).toBe('middle');
  });

  it('replaces files and links that are there, joins folders, and follows no link', async () => {
    const dir = scratch();
    const [source, target, elsewhere] = [join(dir, 'source'), join(dir, 'target'), join(dir, 'elsewhere')];
    for (const place of [source, target, elsewhere]) mkdirSync(place);
    for (const name of ['plain', 'link', 'd/f', 'wasfolderlink/f']) {
      mkdirSync(join(source, name, '..'), { recursive: true });
      writeFileSync(join(source, name), 'new');
    }
    writeFileSync(join(elsewhere, 'kept'), 'kept');
    writeFileSync(join(target, 'plain'), 'a longer old content');
    symlinkSync(join(elsewhere, 'kept'), join(target, 'link'));
    symlinkSync(elsewhere, join(target, 'wasfolderlink'));
    mkdirSync(join(target, 'd'));
    writeFileSync(join(target, 'd/other'), 'stays');
    await copyTree(source, target);
    expect(readFileSync(join(target, 'plain'), 'utf8')).toBe('new');
    expect(readFileSync(join(target, 'wasfolderlink/f'), 'utf8')).toBe('new');
    expect(readdirSync(join(target, 'd')).sort()).toEqual(['f', 'other']);
    expect(readdirSync(elsewhere)).toEqual(['kept']);
    expect(readFileSync(join(elsewhere, 'kept'), 'utf8')).toBe('kept');
  });

  it('names the file it could not copy', async () => {
    const dir = scratch();
    const [source, target] = [join(dir, 'source'), join(dir, 'target')];
    mkdirSync(join(source, 'd'), { recursive: true });
    mkdirSync(join(target, 'd/f'), { recursive: true });
    writeFileSync(join(source, 'd/f'), '');
    await expect(copyTree(source, target)).rejects.toMatchObject({
      kind: 'system',
      message: expect.stringContaining(`copy ${source}/d/f: is a directory`),
    });
    await expect(copyTree(join(dir, 'none'), target)).rejects.toThrowError(/none: no such file or directory$/);
    await expect(copyTree(source, join(dir, 'a/b'))).rejects.toThrowError(/^mkdir .*no such file or directory$/);
  });

  it('says so when the disk is full', async () => {
    const dir = scratch();
    const [source, target] = [join(dir, 'source'), join(dir, 'target')];
    mkdirSync(source);
    mkdirSync(target);
    mount({ source: 'tmpfs', target, type: 'tmpfs', flags: 0, data: 'size=256k' });
    writeFileSync(join(source, 'small'), Buffer.alloc(100_000));
    writeFileSync(join(source, 'zlarge'), Buffer.alloc(4_000_000));
    await expect(copyTree(source, target)).rejects.toThrowError(`copy ${source}/zlarge: no space left on device`);
  });

  it('copies many files and lets others work meanwhile', async () => {
    const dir = memoryScratch();
    const source = join(dir, 'source');
    for (let index = 0; index < 3000; index += 1) {
      if (index % 100 === 0) mkdirSync(join(source, `d${index / 100}`), { recursive: true });
      writeFileSync(join(source, `d${Math.floor(index / 100)}`, `f${index}`), `${index}`);
    }
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 0);
    await copyTree(source, join(dir, 'target'));
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(2);
    expect(treeFacts(join(dir, 'target'))).toEqual(treeFacts(source));
  });

  it('leaves no descriptor open', async () => {
    const dir = scratch();
    mkdirSync(join(dir, 'source'));
    await nastyTree(join(dir, 'source'));
    const before = readdirSync('/proc/self/fd').length;
    await copyTree(join(dir, 'source'), join(dir, 'target'));
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });
});
