import { closeSync, constants, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { mount } from './mounts.ts';
import { scratch } from './testsuite/scratch.ts';
import { copyXattrs, getXattr, listXattr, removeXattr, setXattr } from './xattr.ts';

let file: string;
let dir: string;
beforeEach(() => {
  dir = scratch();
  file = join(dir, 'file ü');
  writeFileSync(file, '');
});

describe('extended attributes', () => {
  it('are set, listed, read and removed', () => {
    setXattr(file, 'user.a', 'text ü');
    setXattr(file, 'trusted.b', Buffer.from([0, 1, 255]));
    setXattr(file, 'user.empty', '');
    expect(listXattr(file).sort()).toEqual(['trusted.b', 'user.a', 'user.empty']);
    expect(getXattr(file, 'user.a')?.toString()).toBe('text ü');
    expect(getXattr(file, 'trusted.b')).toEqual(Buffer.from([0, 1, 255]));
    expect(getXattr(file, 'user.empty')).toEqual(Buffer.alloc(0));
    removeXattr(file, 'user.a');
    removeXattr(file, 'user.a');
    expect(getXattr(file, 'user.a')).toBeUndefined();
  });

  it('work by open file too', () => {
    const fd = openSync(file, constants.O_RDWR);
    try {
      setXattr(fd, 'user.x', '1');
      expect([listXattr(fd), getXattr(fd, 'user.x')?.toString()]).toEqual([['user.x'], '1']);
    } finally {
      closeSync(fd);
    }
  });

  it('are those of a link itself', () => {
    const link = join(dir, 'link');
    symlinkSync(file, link);
    setXattr(file, 'user.file', '1');
    setXattr(link, 'trusted.link', '2');
    expect([listXattr(link), listXattr(file)]).toEqual([['trusted.link'], ['user.file']]);
  });

  it('may be larger than the first guess', () => {
    // ext4 keeps about a block; tmpfs takes up to 64 KiB for one value.
    const place = join(dir, 'tmpfs');
    mkdirSync(place);
    mount({ source: 'tmpfs', target: place, type: 'tmpfs', flags: 0, data: '' });
    const big = Buffer.alloc(60_000, 7);
    const names = Array.from({ length: 40 }, (_, index) => `trusted.${'n'.repeat(200)}${index}`);
    setXattr(place, 'trusted.big', big);
    for (const name of names) setXattr(place, name, 'v');
    expect(getXattr(place, 'trusted.big')).toEqual(big);
    expect(listXattr(place)).toEqual(expect.arrayContaining(['trusted.big', ...names]));
  });

  it('are absent, without an error, where the file system has none', () => {
    expect(listXattr('/proc/self/status')).toEqual([]);
    expect(getXattr('/proc/self/status', 'user.x')).toBeUndefined();
    expect(() => setXattr('/proc/self/status', 'user.x', '')).toThrowError(
      /^setxattr user\.x .*: operation not supported$/,
    );
    copyXattrs(file, '/proc/self/status');
  });

  it('name the file that is missing', () => {
    expect(() => listXattr('/no/such')).toThrowError('listxattr /no/such: no such file or directory');
    expect(() => getXattr('/no/such', 'user.x')).toThrowError('getxattr /no/such: no such file or directory');
  });

  it('are copied whole, but for those the target cannot hold', () => {
    setXattr(file, 'user.a', '1');
    setXattr(file, 'trusted.b', '2');
    const copy = join(dir, 'copy');
    writeFileSync(copy, '');
    copyXattrs(file, copy);
    expect(listXattr(copy).sort()).toEqual(['trusted.b', 'user.a']);
    copyXattrs(file, '/proc/self/status');
  });
});
