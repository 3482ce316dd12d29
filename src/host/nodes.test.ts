import { constants, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { changeOwner, deviceNumber, ensureDirectory, makeDirectory, makeNode } from './nodes.ts';
import { scratch } from './testsuite/scratch.ts';

const { S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK, S_IFMT } = constants;

let dir: string;
beforeEach(() => {
  dir = scratch();
});

describe('makeNode', () => {
  it.each<[string, number, [number?, number?]]>([
    ['whiteout', S_IFCHR | 0o600, [0, 0]],
    ['null', S_IFCHR | 0o666, [1, 3]],
    ['disk', S_IFBLK | 0o660, [259, 0x12345]],
    ['fifo', S_IFIFO | 0o4777, []],
    ['socket', S_IFSOCK | 0o777, []],
  ])('%s', (name, mode, device) => {
    const path = join(dir, name);
    makeNode(path, mode, ...device);
    const stat = lstatSync(path, { bigint: true });
    expect(Number(stat.mode) & (S_IFMT | 0o7777)).toBe(mode);
    expect(stat.rdev).toBe(deviceNumber(device[0] ?? 0, device[1] ?? 0));
  });

  it('says what is in the way', () => {
    expect(() => makeNode(dir, S_IFIFO | 0o600)).toThrowError(`mknod ${dir}: file exists`);
  });
});

describe('folders', () => {
  it('get exactly the mode and owner asked for', () => {
    const path = join(dir, 'new');
    makeDirectory(path, { mode: 0o1777, uid: 7, gid: 8 });
    expect(lstatSync(path)).toMatchObject({ uid: 7, gid: 8 });
    expect(lstatSync(path).mode & 0o7777).toBe(0o1777);
    expect(() => makeDirectory(path)).toThrowError(`mkdir ${path}: file exists`);
  });

  it('are made with those above them, leaving what is there', () => {
    mkdirSync(join(dir, 'a'), { mode: 0o700 });
    ensureDirectory(join(dir, 'a/b/c'), 0o777);
    ensureDirectory(join(dir, 'a/b/c'), 0o700);
    const modes = ['a', 'a/b', 'a/b/c'].map((path) => lstatSync(join(dir, path)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o777, 0o777]);
  });
});

describe('changeOwner', () => {
  it('changes a link itself', () => {
    symlinkSync('/etc/passwd', join(dir, 'link'));
    changeOwner(join(dir, 'link'), { uid: 5, gid: 6 });
    expect(lstatSync(join(dir, 'link'))).toMatchObject({ uid: 5, gid: 6 });
    expect(lstatSync('/etc/passwd').uid).toBe(0);
    expect(() => changeOwner(join(dir, 'no'), { uid: 5, gid: 6 })).toThrowError(
      /^chown .*: no such file or directory$/,
    );
  });
});
