import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  fsyncDirectory,
  fsyncDirectorySync,
  isTemporaryName,
  renameDurable,
  renameDurableSync,
  renameNoReplace,
  syncfs,
  temporaryName,
  type WriteOptions,
  writeDurable,
  writeDurableSync,
} from './durable.ts';
import { mount } from './mounts.ts';
import { scratch } from './testsuite/scratch.ts';

let dir: string;
beforeEach(() => {
  dir = scratch();
});

type Write = (path: string, data: string | Uint8Array, options?: WriteOptions) => Promise<void>;

describe.each<[string, Write]>([
  ['writeDurable', writeDurable],
  ['writeDurableSync', async (...args) => writeDurableSync(...args)],
])('%s', (_, write) => {
  it('writes and replaces, with the mode asked for whatever the umask', async () => {
    const path = join(dir, 'record.json');
    await write(path, 'old');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await write(path, Buffer.from([0, 255]), { mode: 0o666 });
    expect(readFileSync(path)).toEqual(Buffer.from([0, 255]));
    expect(statSync(path).mode & 0o777).toBe(0o666);
    expect(readdirSync(dir)).toEqual(['record.json']);
  });

  it('replaces a link instead of writing through it', async () => {
    writeFileSync(join(dir, 'elsewhere'), 'kept');
    symlinkSync('elsewhere', join(dir, 'record'));
    await write(join(dir, 'record'), 'new');
    expect(readFileSync(join(dir, 'elsewhere'), 'utf8')).toBe('kept');
  });

  it('leaves the old content and no temporary file where it fails', async () => {
    mkdirSync(join(dir, 'taken/by-a-folder'), { recursive: true });
    await expect(write(join(dir, 'taken'), 'x')).rejects.toMatchObject({ kind: 'system', code: 'EISDIR' });
    expect(readdirSync(dir)).toEqual(['taken']);
    const missing = join(dir, 'missing/record');
    await expect(write(missing, 'x')).rejects.toThrowError(`write ${missing}: no such file or directory`);
  });

  it('keeps the old content when the disk is full', async () => {
    const full = join(dir, 'full');
    mkdirSync(full);
    mount({ source: 'tmpfs', target: full, type: 'tmpfs', flags: 0, data: 'size=64k' });
    await write(join(full, 'record'), 'old');
    await expect(write(join(full, 'record'), Buffer.alloc(256 * 1024))).rejects.toThrowError(
      /no space left on device$/,
    );
    expect(readdirSync(full)).toEqual(['record']);
    expect(readFileSync(join(full, 'record'), 'utf8')).toBe('old');
  });
});

describe('renames', () => {
  it('move between folders and replace', async () => {
    mkdirSync(join(dir, 'a'));
    mkdirSync(join(dir, 'b'));
    writeFileSync(join(dir, 'a/f'), '1');
    await renameDurable(join(dir, 'a/f'), join(dir, 'b/f'));
    renameDurableSync(join(dir, 'b/f'), join(dir, 'a/g'));
    expect([readdirSync(join(dir, 'a')), readdirSync(join(dir, 'b'))]).toEqual([['g'], []]);
    await expect(renameDurable(join(dir, 'none'), join(dir, 'x'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(() => renameDurableSync(join(dir, 'none'), join(dir, 'x'))).toThrowError(/no such file or directory$/);
  });

  it('can refuse to replace, even an empty folder', () => {
    mkdirSync(join(dir, 'new'));
    mkdirSync(join(dir, 'there'));
    expect(renameNoReplace(join(dir, 'new'), join(dir, 'there'))).toBe(false);
    expect(renameNoReplace(join(dir, 'new'), join(dir, 'free'))).toBe(true);
    expect(existsSync(join(dir, 'new'))).toBe(false);
    expect(() => renameNoReplace(join(dir, 'new'), join(dir, 'other'))).toThrowError(/no such file or directory$/);
  });
});

describe('syncing', () => {
  it('takes folders that are there, and only those', async () => {
    await fsyncDirectory(dir);
    fsyncDirectorySync(dir);
    await syncfs(dir);
    // procfs cannot fsync at all.
    fsyncDirectorySync('/proc/self');
    await fsyncDirectory('/proc/self');
    await expect(fsyncDirectory(join(dir, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(() => fsyncDirectorySync(join(dir, 'none'))).toThrowError(/no such file or directory$/);
    await expect(syncfs(join(dir, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('temporary names', () => {
  it('are known again and never the same', () => {
    const names = Array.from({ length: 100 }, temporaryName);
    expect(new Set(names).size).toBe(100);
    expect(names.every(isTemporaryName)).toBe(true);
    expect(['.tmp-', '.tmp-x', 'volume', '.tmp-0123456789abcdef.json'].some(isTemporaryName)).toBe(false);
  });
});
