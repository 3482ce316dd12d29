import { describe, expect, test } from 'vitest';
import { container, first, mount } from '../testsuite/mount-plan.ts';
import type { MountPlanInput } from './plan.ts';
import { toMountSummary } from './summary.ts';

describe('a mount in inspect', () => {
  test.each<[Partial<MountPlanInput>, object]>([
    [
      { binds: ['one:/a'] },
      {
        Type: 'volume',
        Name: 'one',
        Source: '/volumes/one/_data',
        Driver: 'local',
        Mode: 'z',
        RW: true,
        Propagation: '',
      },
    ],
    [{ binds: ['one:/a:ro'] }, { Mode: 'ro', RW: false }],
    [{ mounts: [mount({ Source: 'one' })] }, { Mode: 'z' }],
    [{ configVolumes: ['/a'] }, { Name: 'anonymous0', Mode: '' }],
    [{ mounts: [mount({ Type: 'tmpfs', Target: '/a' })] }, { Type: 'tmpfs', Source: '', Mode: '', Propagation: '' }],
  ])('%j', (input, expected) => {
    const [mountPoint] = container(input);
    expect(mountPoint && toMountSummary(mountPoint)).toMatchObject(expected);
  });

  test('has no name and driver where there are none', () => {
    expect(toMountSummary(first({ binds: ['/host:/a'] }))).toEqual({
      Type: 'bind',
      Source: '/host',
      Destination: '/a',
      Mode: '',
      RW: true,
      Propagation: 'rprivate',
    });
  });
});
