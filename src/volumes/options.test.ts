import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { checkOptions, mayLieElsewhere, optionMount, sizeLimit } from './options.ts';

const check = (options: Record<string, string> | null): void => checkOptions(options, { quota: false });

describe('options of local volumes', () => {
  test.each([
    [null],
    [{}],
    [{ type: 'tmpfs', device: 'tmpfs', o: 'size=1m' }],
    [{ type: 'tmpfs', device: 'tmpfs' }],
    [{ type: '', device: '' }],
    [{ size: '0' }],
    [{ uid: '1000', gid: '0', mode: '0750' }],
    [{ uid: '4294967294', mode: '1777', size: '0' }],
    [{ type: 'cifs', device: '//host/share:1', o: 'port=445' }],
    [{ type: 'cifs', device: '//fe80::1/share', o: '' }],
  ])('%j are taken', (options) => {
    expect(() => check(options)).not.toThrow();
  });

  test.each([
    [{ foo: 'bar' }, 'invalid option: "foo"'],
    [{ o: 'bind', foo: 'bar' }, 'invalid option: "foo"'],
    [{ type: 'tmpfs' }, 'missing required option: "device"'],
    [{ device: '/dev/sda' }, 'missing required option: "type"'],
    [{ o: 'bind' }, 'missing required option: "device"'],
    [{ o: 'bind', device: '/x' }, 'missing required option: "type"'],
    [{ uid: '1', foo: 'bar' }, 'invalid option: "foo"'],
    [{ uid: 'node' }, 'invalid option uid="node": it takes a number'],
    [{ gid: '-1' }, 'invalid option gid="-1"'],
    [{ uid: '' }, 'invalid option uid=""'],
    [{ uid: '4294967295' }, 'invalid option uid'],
    [{ mode: '888' }, 'invalid option mode="888": it takes an octal number'],
    [{ mode: 'u+w' }, 'invalid option mode'],
    [{ mode: '17777' }, 'invalid option mode'],
    [{ type: 'tmpfs', device: 'tmpfs', uid: '1' }, 'option "uid" cannot be combined with "type" and "device"'],
    [{ size: '10m' }, 'quota size requested but no quota support'],
    [{ size: 'much' }, "invalid size: 'much'"],
    [{ type: 'cifs', device: '//host:445/share' }, 'port not allowed in the CIFS device "//host:445/share"'],
    [{ type: 'cifs', device: '//[::1]:445/share' }, 'port not allowed'],
  ])('%j are refused', (options, message) => {
    expect(() => check(options)).toThrow(message);
  });

  test('limit the size where the file system can', () => {
    expect(() => checkOptions({ size: '10m' }, { quota: true })).not.toThrow();
    expect(sizeLimit({ size: '1.5GiB' })).toBe(1.5 * 2 ** 30);
    expect(sizeLimit(null)).toBe(0);
  });

  test('describe a mount, or none', () => {
    expect(optionMount({ type: 'none', device: '/x', o: 'bind' })).toEqual({ type: 'none', device: '/x', o: 'bind' });
    expect(optionMount({ type: 'tmpfs', device: '' })).toEqual({ type: 'tmpfs', device: '', o: '' });
    expect(optionMount({ size: '0' })).toBeUndefined();
    expect(optionMount(null)).toBeUndefined();
    expect([null, {}, { size: '0' }].map(mayLieElsewhere)).toEqual([false, false, true]);
    expect([{ uid: '1' }, { mode: '0700', gid: '5' }, { uid: '1', size: '0' }].map(mayLieElsewhere)).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('are refused in one way only', () => {
    const key = fc.oneof(fc.constantFrom('type', 'device', 'o', 'size', 'uid', 'mode'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(key, fc.string()), (options) => {
        try {
          check(options);
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError);
        }
      }),
    );
  });
});
