import {
  closeSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from './host-error.ts';
import { type OpenFlags, openInRoot } from './in-root.ts';
import { makeNode } from './nodes.ts';
import { scratch } from './testsuite/scratch.ts';

let dir: string;
let root: string;

beforeEach(() => {
  dir = scratch();
  root = join(dir, 'root');
  mkdirSync(join(root, 'a/b'), { recursive: true });
  writeFileSync(join(root, 'a/b/f'), 'inside');
  writeFileSync(join(root, 'secret'), 'inside');
  writeFileSync(join(dir, 'secret'), 'outside');
  symlinkSync('/a', join(root, 'absolute'));
  symlinkSync('../../../secret', join(root, 'a/up'));
  symlinkSync('b/f', join(root, 'a/down'));
  symlinkSync(join(dir, 'secret'), join(root, 'escape'));
  symlinkSync('loop', join(root, 'loop'));
  symlinkSync(`/proc/self/fd/0`, join(root, 'magic'));
});

/** The content read through `open`, or the code it failed with. */
function read(open: (root: string, path: string, flags?: OpenFlags) => number, path: string): string {
  let fd: number;
  try {
    fd = open(root, path, constants.O_RDONLY);
  } catch (error) {
    return codeOf(error) ?? String(error);
  }
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

describe('openInRoot', () => {
  it.each([
    ['a/b/f', 'inside'],
    ['/a/b/f', 'inside'],
    ['absolute/b/f', 'inside'],
    ['a/down', 'inside'],
    ['a/up', 'inside'],
    ['../../secret', 'inside'],
    ['a/../../../secret', 'inside'],
    ['escape', 'ENOENT'],
    ['loop', 'ELOOP'],
    ['a/b/f/more', 'ENOTDIR'],
    ['magic', 'ENOENT'],
  ])('%s -> %s', (path, expected) => {
    expect(read(openInRoot, path)).toBe(expected);
  });

  it('gives a path-only descriptor, closed on exec, where no flags are given', () => {
    const fd = openInRoot(root, '');
    try {
      expect(readlinkSync(`/proc/self/fd/${fd}`)).toBe(root);
      expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')).toMatch(/flags:\s*0?1?2\d*000000/);
    } finally {
      closeSync(fd);
    }
  });

  it('makes files with the mode given', () => {
    closeSync(openInRoot(root, 'new', { flags: constants.O_CREAT | constants.O_WRONLY, mode: 0o640 }));
    expect(readdirSync(root)).toContain('new');
  });

  it('does not wait for the other end of a FIFO', () => {
    makeNode(join(root, 'fifo'), constants.S_IFIFO | 0o666);
    closeSync(openInRoot(root, 'fifo', constants.O_RDONLY));
    expect(() => openInRoot(root, 'fifo', constants.O_WRONLY)).toThrowError(/no such device or address$/);
  });

  it('refuses NUL bytes, and says which root is missing', () => {
    expect(() => openInRoot(root, 'a\0b')).toThrowError(/NUL/);
    expect(() => openInRoot(join(dir, 'none'), 'x')).toThrowError(
      `open ${join(dir, 'none')}: no such file or directory`,
    );
  });

  it('leaves no descriptor open, whether it works or not', () => {
    const count = (): number => readdirSync('/proc/self/fd').length;
    const before = count();
    for (let round = 0; round < 100; round += 1) {
      closeSync(openInRoot(root, 'a'));
      read(openInRoot, 'missing');
    }
    expect(count()).toBe(before);
  });
});
