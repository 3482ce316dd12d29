import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../errors/index.ts';
import { type Mount, mountSchema } from '../../wire/index.ts';
import { cleanPath, isLocalPath } from './path.ts';
import { validateMount } from './validate.ts';

const mount = (fields: object): Mount => mountSchema.parse(fields);

describe('a mount of --mount', () => {
  test.each([
    [{ Type: 'volume', Target: '/data' }],
    [{ Type: 'volume', Source: 'name', Target: '/data', ReadOnly: true, VolumeOptions: { Subpath: 'a/b' } }],
    [{ Type: 'bind', Source: '/host', Target: '/data', BindOptions: { Propagation: 'rslave' } }],
    [{ Type: 'tmpfs', Target: '/data', TmpfsOptions: { SizeBytes: 1024, Mode: 0o700, Options: [['exec']] } }],
    [{ Type: 'image', Source: 'alpine', Target: '/data', ImageOptions: { Subpath: 'etc' } }],
  ])('%j is fine', (fields) => {
    expect(() => validateMount(mount(fields))).not.toThrow();
  });

  test.each([
    [{ Type: '', Target: '/x' }, 'mount type unknown'],
    [{ Type: 'npipe', Target: '/x' }, 'mount type unknown'],
    [{ Type: 'cluster', Target: '/x' }, 'mount type unknown'],
    [{ Type: 'toString', Target: '/x' }, 'mount type unknown'],
    [{ Type: 'volume' }, 'field Target must not be empty'],
    [{ Type: 'volume', Target: '/a/..' }, "invalid specification: destination can't be '/'"],
    [{ Type: 'volume', Target: 'x' }, "invalid mount path: 'x' mount path must be absolute"],
    [{ Type: 'volume', Target: '/x', ReadOnly: true }, 'must not set ReadOnly mode when using anonymous volumes'],
    [{ Type: 'volume', Target: '/x', BindOptions: {} }, 'field BindOptions must not be specified'],
    [
      { Type: 'volume', Target: '/x', VolumeOptions: { Subpath: 'a' } },
      'must not set Subpath when using anonymous volumes',
    ],
    [
      { Type: 'volume', Source: 'v', Target: '/x', VolumeOptions: { Subpath: '../a' } },
      'subpath must be a relative path within the volume',
    ],
    [{ Type: 'bind', Target: '/x' }, 'field Source must not be empty'],
    [{ Type: 'bind', Source: 'x', Target: '/x' }, "invalid mount path: 'x' mount path must be absolute"],
    [{ Type: 'bind', Source: '/x', Target: '/x', BindOptions: { Propagation: 'up' } }, 'invalid propagation mode: up'],
    [{ Type: 'bind', Source: '/x', Target: '/x', VolumeOptions: {} }, 'field VolumeOptions must not be specified'],
    [{ Type: 'tmpfs', Source: 'x', Target: '/x' }, 'field Source must not be specified'],
    [
      { Type: 'tmpfs', Target: '/x', TmpfsOptions: { Options: [['size', '1m']] } },
      'invalid tmpfs option "size=1m", only "exec" and "noexec" are allowed',
    ],
    [{ Type: 'image', Target: '/x' }, 'field Source must not be empty'],
    [
      { Type: 'image', Source: 'i', Target: '/x', ImageOptions: { Subpath: '/etc' } },
      'subpath must be a relative path within the volume',
    ],
  ])('%j is refused', (fields, reason) => {
    const message = `invalid mount config for type "${(fields as { Type: string }).Type}": ${reason}`;
    expect(() => validateMount(mount(fields))).toThrow(expect.objectContaining({ kind: 'invalid-argument', message }));
  });

  test('is taken or refused whatever is in it, and nothing else happens', () => {
    const path = fc.oneof(fc.string(), fc.constantFrom('', '/', '/x', 'x', '../x', '\\', '/x/..'));
    const fields = fc.record(
      {
        Type: fc.constantFrom('bind', 'volume', 'tmpfs', 'image', 'npipe', ''),
        Source: path,
        Target: path,
        ReadOnly: fc.boolean(),
        BindOptions: fc.record({ Propagation: fc.constantFrom('', 'rslave', 'x') }),
        VolumeOptions: fc.record({ Subpath: path }),
        TmpfsOptions: fc.record({ SizeBytes: fc.integer(), Options: fc.array(fc.array(fc.string())) }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (any) => {
        try {
          validateMount(mount(any));
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError);
        }
      }),
    );
  });
});

describe('paths', () => {
  test.each([
    ['/a//b/../c/', '/a/c'],
    ['/a/./b', '/a/b'],
    ['/../a', '/a'],
    ['\\a\\b', '/a/b'],
    ['/', '/'],
    ['//', '/'],
  ])('%s is cleaned to %s', (path, clean) => {
    expect(cleanPath(path)).toBe(clean);
  });

  test.each([
    ['a', true],
    ['a/../b', true],
    ['..a', true],
    ['.', true],
    ['..', false],
    ['a/../..', false],
    ['/a', false],
    ['', false],
  ])('%j is local: %s', (path, local) => {
    expect(isLocalPath(path)).toBe(local);
  });
});
