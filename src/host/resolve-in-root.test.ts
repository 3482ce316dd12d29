import { lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from './host-error.ts';
import { mkdirInRoot, resolveInRoot } from './resolve-in-root.ts';
import { scratch } from './testsuite/scratch.ts';

let dir: string;
let root: string;

beforeEach(() => {
  dir = scratch();
  root = join(dir, 'root');
  mkdirSync(join(root, 'a/b'), { recursive: true });
  writeFileSync(join(root, 'file'), '');
  symlinkSync('/a', join(root, 'absolute'));
  symlinkSync('../../..', join(root, 'a/up'));
  symlinkSync('/made/later', join(root, 'dangling'));
  symlinkSync('dangling/../x', join(root, 'indirect'));
  symlinkSync('loop/x', join(root, 'loop'));
  symlinkSync(dir, join(root, 'escape'));
});

describe('resolveInRoot', () => {
  it.each([
    ['', ''],
    ['/', ''],
    ['..', ''],
    ['a/./b//', 'a/b'],
    ['absolute/b', 'a/b'],
    ['absolute', 'a'],
    ['a/up/a', 'a'],
    ['a/up/../../etc', 'etc'],
    ['new/deeper/../still', 'new/still'],
    ['dangling', 'made/later'],
    ['dangling/x', 'made/later/x'],
    ['dangling/../x', 'made/x'],
    ['indirect/y', 'made/x/y'],
    ['file/beneath', 'file/beneath'],
  ])('%j -> %j', (path, expected) => {
    expect(resolveInRoot(root, path)).toBe(expected === '' ? root : join(root, expected));
  });

  it('keeps the root as the caller wrote it', () => {
    symlinkSync(root, join(dir, 'link'));
    expect(resolveInRoot(join(dir, 'link'), 'absolute/b')).toBe(join(dir, 'link/a/b'));
    expect(resolveInRoot('/', 'usr/../proc')).toBe('/proc');
  });

  it('takes a link out of the root as one inside of it', () => {
    expect(resolveInRoot(root, 'escape/secret')).toBe(join(root, dir, 'secret'));
  });

  it('refuses loops', () => {
    expect(() => resolveInRoot(root, 'loop')).toThrowError(/too many levels of symbolic links$/);
  });

  it('never leaves the root, whatever the path', () => {
    const part = fc.constantFrom(
      '..',
      '.',
      '',
      'a',
      'b',
      'up',
      'absolute',
      'dangling',
      'escape',
      'file',
      'none',
      '../..',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const resolved = resolveInRoot(root, parts.join('/'));
        expect(resolved === root || resolved.startsWith(`${root}/`)).toBe(true);
        expect(resolved.split('/')).not.toContain('..');
      }),
      { numRuns: 300 },
    );
  });
});

describe('mkdirInRoot', () => {
  it('makes what is missing with exactly the mode, and leaves what is there', () => {
    const before = lstatSync(join(root, 'a')).mode;
    expect(mkdirInRoot(root, '/absolute/new/deeper', 0o1777)).toBe(join(root, 'a/new/deeper'));
    expect(lstatSync(join(root, 'a/new')).mode & 0o7777).toBe(0o1777);
    expect(lstatSync(join(root, 'a/new/deeper')).mode & 0o7777).toBe(0o1777);
    expect(lstatSync(join(root, 'a')).mode).toBe(before);
    expect(mkdirInRoot(root, 'a/new', 0o700)).toBe(join(root, 'a/new'));
    expect(lstatSync(join(root, 'a/new')).mode & 0o7777).toBe(0o1777);
    expect(mkdirInRoot(root, '/', 0o700)).toBe(root);
  });

  it('follows dangling links to where they point inside', () => {
    expect(mkdirInRoot(root, 'dangling/x', 0o755)).toBe(join(root, 'made/later/x'));
    expect(statSync(join(root, 'made/later/x')).isDirectory()).toBe(true);
    mkdirInRoot(root, `escape/made-by-escape`, 0o755);
    expect(() => lstatSync(join(dir, 'made-by-escape'))).toThrowError(/ENOENT/);
  });

  it.each(['file', 'file/x', 'a/../file'])('refuses a file where a folder must be: %s', (path) => {
    expect(() => mkdirInRoot(root, path, 0o755)).toThrowError(`mkdir ${path} in ${root}: not a directory`);
  });

  it('fails clearly for a name that is too long', () => {
    let code: string | undefined;
    try {
      mkdirInRoot(root, 'n'.repeat(300), 0o755);
    } catch (error) {
      code = codeOf(error);
    }
    expect(code).toBe('ENAMETOOLONG');
  });
});
