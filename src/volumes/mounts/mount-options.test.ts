import { describe, expect, test } from 'vitest';
import { first, mount } from '../testsuite/mount-plan.ts';
import { mountOptions } from './mount-options.ts';
import type { MountPlanInput } from './plan.ts';

describe('how a runtime mounts', () => {
  const optionsOf = (input: Partial<MountPlanInput>): string => mountOptions(first(input)).options.join(',');

  test.each<[string, Partial<MountPlanInput>]>([
    ['rbind,rprivate', { binds: ['/h:/x'] }],
    ['rbind,ro,rro,rslave', { binds: ['/h:/x:ro,rslave'] }],
    ['rbind,ro,rprivate', { binds: ['/h:/x:ro'], apiVersion: '1.43' }],
    ['rbind,ro,rro,rprivate', { binds: ['one:/x:ro'], apiVersion: '1.43' }],
    ['bind,rprivate', { mounts: [mount({ Type: 'bind', Source: '/h', BindOptions: { NonRecursive: true } })] }],
    [
      'bind,ro,rprivate',
      { mounts: [mount({ Type: 'bind', Source: '/h', ReadOnly: true, BindOptions: { NonRecursive: true } })] },
    ],
    [
      'rbind,rprivate',
      { mounts: [mount({ Type: 'bind', Source: '/h', BindOptions: { NonRecursive: true } })], apiVersion: '1.39' },
    ],
    [
      'rbind,ro,rprivate',
      { mounts: [mount({ Type: 'bind', Source: '/h', ReadOnly: true, BindOptions: { ReadOnlyNonRecursive: true } })] },
    ],
  ])('%s', (expected, input) => {
    expect(optionsOf(input)).toBe(expected);
  });

  test.each<[string, object]>([
    ['!ReadOnly && ReadOnlyNonRecursive', { BindOptions: { ReadOnlyNonRecursive: true } }],
    ['!ReadOnly && ReadOnlyForceRecursive', { BindOptions: { ReadOnlyForceRecursive: true } }],
    [
      'ReadOnlyNonRecursive && ReadOnlyForceRecursive',
      { ReadOnly: true, BindOptions: { ReadOnlyNonRecursive: true, ReadOnlyForceRecursive: true } },
    ],
  ])('%s is refused', (words, fields) => {
    expect(() => optionsOf({ mounts: [mount({ Type: 'bind', Source: '/h', ...fields })] })).toThrow(
      expect.objectContaining({ kind: 'system', message: `mount options conflict: ${words}` }),
    );
  });
});
