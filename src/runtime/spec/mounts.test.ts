import { describe, expect, it } from 'vitest';
import { mountsFor, rootPropagation } from './mounts.ts';
import type { SpecMount } from './oci.ts';

const bind = (destination: string, ...options: string[]): SpecMount => ({
  destination,
  type: 'bind',
  source: '/tmp',
  options: ['rbind', ...options],
});
const wishes = { IpcMode: '', ShmSize: 0, Privileged: false };
const build = (mounts: SpecMount[], more: Partial<typeof wishes> = {}, readonlyRootfs = false) =>
  mountsFor({ ...wishes, ...more }, { mounts, readonlyRootfs });
const at = (mounts: SpecMount[], destination: string) => mounts.filter((each) => each.destination === destination);

describe('mountsFor', () => {
  it('has Docker’s defaults', () => {
    expect(build([]).map(({ destination }) => destination)).toEqual([
      '/proc',
      '/dev',
      '/dev/pts',
      '/sys',
      '/sys/fs/cgroup',
      '/dev/mqueue',
      '/dev/shm',
    ]);
    expect(at(build([]), '/dev/shm')[0]?.options).toContain('size=67108864');
    expect(at(build([], { ShmSize: 1000 }), '/dev/shm')[0]?.options).toContain('size=1000');
  });

  it('lets the user’s mount replace a default, and /dev all beneath it', () => {
    expect(at(build([bind('/sys/')]), '/sys')).toEqual([]);
    expect(at(build([bind('/dev/shm')]), '/dev/shm')).toHaveLength(1);
    const withDev = build([bind('/dev')]).map(({ destination }) => destination);
    expect(withDev.filter((path) => path.startsWith('/dev'))).toEqual(['/dev']);
  });

  it('keeps the order of the user’s own', () => {
    expect(build([bind('/b'), bind('/a')]).slice(-2)).toEqual([bind('/b'), bind('/a')]);
  });

  it('leaves volumes writable in a read-only container', () => {
    const mounts = build([bind('/data')], {}, true);
    expect(at(mounts, '/data')[0]?.options).not.toContain('ro');
    expect(at(mounts, '/dev/shm')[0]?.options).not.toContain('ro');
    expect(at(mounts, '/sys')[0]?.options.filter((word) => word === 'ro')).toHaveLength(1);
  });

  it('opens /sys and the control groups to a privileged container', () => {
    const mounts = build([], { Privileged: true });
    expect(at(mounts, '/sys')[0]?.options).not.toContain('ro');
    expect(at(mounts, '/sys/fs/cgroup')[0]?.options).not.toContain('ro');
  });

  it('shares memory as the IPC mode says', () => {
    expect(at(build([], { IpcMode: 'none' }), '/dev/shm')).toEqual([]);
    expect(at(build([], { IpcMode: 'host' }), '/dev/shm')[0]?.source).toBe('/dev/shm');
    const joined = mountsFor(
      { ...wishes, IpcMode: 'container:x' },
      { mounts: [], readonlyRootfs: false, shared: { ipc: '/proc/17/ns/ipc' } },
    );
    expect(at(joined, '/dev/shm')[0]?.source).toBe('/proc/17/root/dev/shm');
  });
});

describe('rootPropagation', () => {
  it('follows the mounts', () => {
    expect(rootPropagation([bind('/a')])).toBeUndefined();
    expect(rootPropagation([bind('/a', 'rslave')])).toBe('rslave');
    expect(rootPropagation([bind('/a', 'rslave'), bind('/b', 'rshared')])).toBe('shared');
  });
});
