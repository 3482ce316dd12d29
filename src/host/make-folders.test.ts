import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolders } from './make-folders.ts';
import { memoryScratch } from './testsuite/scratch.ts';

describe('makeFolders', () => {
  it('makes what is missing and says where that began', () => {
    const dir = memoryScratch();
    expect(makeFolders(join(dir, 'a/b/c'), 0o700)).toBe(join(dir, 'a'));
    expect(statSync(join(dir, 'a/b/c')).mode & 0o777).toBe(0o700);
    expect(makeFolders(join(dir, 'a/b/d'), 0o700)).toBe(join(dir, 'a/b/d'));
    expect(makeFolders(join(dir, 'a/b'), 0o755)).toBeUndefined();
    expect(statSync(join(dir, 'a/b')).mode & 0o777).toBe(0o700);
  });

  it('goes through links to folders', () => {
    const dir = memoryScratch();
    mkdirSync(join(dir, 'real'));
    symlinkSync('real', join(dir, 'link'));
    expect(makeFolders(join(dir, 'link'), 0o755)).toBeUndefined();
    makeFolders(join(dir, 'link/a/b'), 0o755);
    expect(existsSync(join(dir, 'real/a/b'))).toBe(true);
  });

  it('leaves a file as it is', () => {
    const file = join(memoryScratch(), 'file');
    writeFileSync(file, 'kept');
    expect(() => makeFolders(file, 0o755)).toThrow('EEXIST');
    expect(() => makeFolders(join(file, 'a/b'), 0o755)).toThrow('ENOTDIR');
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  it('ends where no folder can be made', () => {
    expect(() => makeFolders('/proc/holdfast/a/b', 0o755)).toThrow(
      "ENOENT: no such file or directory, mkdir '/proc/holdfast'",
    );
  });
});
