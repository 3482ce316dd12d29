import { describe, expect, test } from 'vitest';
import { first, mount, plan } from '../testsuite/mount-plan.ts';

describe('options of a later API version', () => {
  test.each<[object, string, string]>([
    [
      { Type: 'bind', Source: '/h', VolumeOptions: {} },
      '1.42',
      'VolumeOptions must not be specified on mount type "bind"',
    ],
    [{ VolumeOptions: { Subpath: 'x' }, Source: 'v' }, '1.44', 'VolumeOptions.Subpath needs API v1.45 or newer'],
    [{ Type: 'image', Source: 'i' }, '1.47', 'Mount type "Image" needs API v1.48 or newer'],
    [
      { Type: 'bind', Source: '/h', ReadOnly: true, BindOptions: { ReadOnlyForceRecursive: true } },
      '1.43',
      'BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer',
    ],
  ])('%j are refused by %s', (fields, apiVersion, message) => {
    expect(() => plan({ mounts: [mount(fields)], apiVersion })).toThrow(
      expect.objectContaining({ kind: 'invalid-argument', message }),
    );
  });

  test('of another type were once dropped', () => {
    const fields = { Type: 'bind', Source: '/h', VolumeOptions: { NoCopy: true }, TmpfsOptions: {} };
    expect(first({ mounts: [mount(fields)], apiVersion: '1.41' })).toMatchObject({ type: 'bind', noCopy: false });
  });
});
