import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { invalidArgument, isKind } from '../errors/index.ts';
import { codeOf, cString, errnoName, errnoText, fromNode, hostError } from './host-error.ts';

describe('errno texts', () => {
  it.each([
    ['ENOENT', 'no such file or directory'],
    ['EPERM', 'operation not permitted'],
    ['ENODEV', 'no such device'],
    ['EINVAL', 'invalid argument'],
    ['ENOTBLK', 'block device required'],
    ['EBUSY', 'device or resource busy'],
    ['ENOTSUP', 'operation not supported'],
    ['EDOTDOT', 'RFS specific error'],
  ])('%s is `%s`', (code, text) => {
    expect(errnoText(code)).toBe(text);
  });

  it('prefers the common one of two names for a number', () => {
    expect(errnoName(11)).toBe('EAGAIN');
    expect(errnoName(95)).toBe('ENOTSUP');
    expect(errnoName(9999)).toBe('E9999');
  });
});

describe('hostError', () => {
  it('carries code and number, from either', () => {
    expect(hostError('mount /x', 2)).toMatchObject({
      kind: 'system',
      code: 'ENOENT',
      errno: 2,
      message: 'mount /x: no such file or directory',
    });
    expect(hostError('mount /x', 'ENOTBLK')).toMatchObject({ code: 'ENOTBLK', errno: 15 });
  });
});

describe('fromNode', () => {
  it('rewords what node:fs throws and keeps it as the cause', () => {
    let thrown: unknown;
    try {
      mkdirSync('/proc/none/such');
    } catch (error) {
      thrown = error;
    }
    const error = fromNode(thrown, 'mkdir /proc/none/such');
    expect(error).toMatchObject({ kind: 'system', code: 'ENOENT', cause: thrown });
    expect((error as Error).message).toBe('mkdir /proc/none/such: no such file or directory');
  });

  it('lets through what is ours already or has no errno', () => {
    const ours = invalidArgument('no');
    const other = Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' });
    expect(fromNode(ours, 'x')).toBe(ours);
    expect(fromNode(other, 'x')).toBe(other);
    expect(codeOf(null)).toBeUndefined();
  });
});

describe('cString', () => {
  it('refuses a NUL, which would cut the path short', () => {
    expect(cString('/ä')).toEqual(Buffer.from('/ä\0'));
    expect(() => cString('/safe\0/../etc')).toThrowError(/NUL byte/);
    try {
      cString('a\0b');
    } catch (error) {
      expect(isKind(error, 'invalid-argument')).toBe(true);
    }
  });
});
