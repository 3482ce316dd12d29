import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../errors/index.ts';
import { mount, mountTable, parseMountOptions } from '../../host/index.ts';
import { mountSchema } from '../../wire/index.ts';
import { scratchFolder } from '../testsuite/scratch.ts';
import { mountOptions } from './mount-options.ts';
import { mountPointOf } from './mount-point.ts';
import { tmpfsOptions } from './tmpfs.ts';

describe('the options of a --tmpfs', () => {
  test.each([
    ['', 'noexec,nosuid,nodev,rprivate'],
    ['defaults', 'noexec,nosuid,nodev,rprivate'],
    ['size=64m,mode=1777', 'noexec,nosuid,nodev,rprivate,size=64m,mode=1777'],
    ['exec,suid', 'nodev,rprivate,exec,suid'],
    ['rw,size=1k,size=2k,exec,noexec', 'nosuid,nodev,rprivate,rw,size=2k,noexec'],
    ['ro,rw', 'noexec,nosuid,nodev,rprivate,rw'],
    ['shared', 'noexec,nosuid,nodev,shared'],
    ['uid=0,gid=0,nr_inodes=10,nr_blocks=10', 'noexec,nosuid,nodev,rprivate,uid=0,gid=0,nr_inodes=10,nr_blocks=10'],
  ])('%j are %s', (data, expected) => {
    expect(tmpfsOptions(data).join(',')).toBe(expected);
  });

  test.each([
    ['nonsense', 'nonsense'],
    ['size', 'size'],
    ['upperdir=/x', 'upperdir'],
  ])('%j are refused, at start', (data, key) => {
    expect(() => tmpfsOptions(data)).toThrow(
      expect.objectContaining({ kind: 'system', message: `invalid tmpfs option "${key}"` }),
    );
  });

  test('are taken or refused whatever is written', () => {
    fc.assert(
      fc.property(fc.string(), (data) => {
        try {
          expect(new Set(tmpfsOptions(data)).size).toBe(tmpfsOptions(data).length);
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError);
        }
      }),
    );
  });
});

describe('a --mount type=tmpfs', () => {
  const optionsOf = (TmpfsOptions: object, ReadOnly = false): string[] =>
    mountOptions(
      mountPointOf(mountSchema.parse({ Type: 'tmpfs', Target: '/t', ReadOnly, TmpfsOptions })),
    ).options.slice(3);

  test.each([
    [{ SizeBytes: 3 * 2 ** 30 }, ['rprivate', 'size=3g']],
    [{ SizeBytes: 1536 * 2 ** 10 }, ['rprivate', 'size=1536k']],
    [{ SizeBytes: 1000 }, ['rprivate', 'size=1000']],
    [{ Mode: 0o1770 }, ['rprivate', 'mode=1770']],
  ])('%j', (options, expected) => {
    expect(optionsOf(options)).toEqual(expected);
  });

  test('read-only and executable', () => {
    expect(optionsOf({ Options: [['exec']] }, true)).toEqual(['ro', 'exec']);
  });

  test('is what the kernel mounts', () => {
    const target = join(scratchFolder(), 't');
    mkdirSync(target);
    const { flags, data } = parseMountOptions(tmpfsOptions('size=64k,mode=700,uid=12').join(','));
    mount({ source: 'tmpfs', target, type: 'tmpfs', flags, data });
    const entry = mountTable().find(({ mountpoint }) => mountpoint === target);
    expect(entry?.options).toEqual(expect.arrayContaining(['nosuid', 'nodev', 'noexec']));
    expect(entry?.superOptions).toContain('size=64k');
    expect(statSync(target)).toMatchObject({ uid: 12 });
    expect(statSync(target).mode & 0o7777).toBe(0o700);
  });
});
