import { describe, expect, it } from 'vitest';
import { cgroupLayout, parseProcessCgroups, processCgroups } from './cgroups.ts';
import { parseMountInfo } from './mount-table.ts';

const line = (mountpoint: string, type: string, options: string): string =>
  `30 24 0:26 / ${mountpoint} rw,nosuid - ${type} ${type} ${options}`;

describe('cgroupLayout', () => {
  it('knows version 1, with controllers that share a mount', () => {
    const table = parseMountInfo(
      [
        line('/sys/fs/cgroup/cpu,cpuacct', 'cgroup', 'rw,cpu,cpuacct'),
        line('/sys/fs/cgroup/memory', 'cgroup', 'rw,memory'),
        line('/sys/fs/cgroup/systemd', 'cgroup', 'rw,xattr,release_agent=/lib/agent,name=systemd'),
      ].join('\n'),
    );
    expect(cgroupLayout(table)).toEqual({
      version: 'v1',
      unified: undefined,
      v1: {
        cpu: '/sys/fs/cgroup/cpu,cpuacct',
        cpuacct: '/sys/fs/cgroup/cpu,cpuacct',
        memory: '/sys/fs/cgroup/memory',
        'name=systemd': '/sys/fs/cgroup/systemd',
      },
      controllers: ['cpu', 'cpuacct', 'memory'],
    });
  });

  it('knows the hybrid of both', () => {
    const table = parseMountInfo(
      [line('/sys/fs/cgroup/unified', 'cgroup2', 'rw'), line('/sys/fs/cgroup/pids', 'cgroup', 'rw,pids')].join('\n'),
    );
    expect(cgroupLayout(table)).toMatchObject({
      version: 'hybrid',
      unified: '/sys/fs/cgroup/unified',
      controllers: ['pids'],
    });
  });

  it('knows version 2, also with a version 1 tree that has no controllers', () => {
    const unified = line('/no/such/cgroup', 'cgroup2', 'rw,nsdelegate');
    expect(cgroupLayout(parseMountInfo(unified))).toEqual({
      version: 'v2',
      unified: '/no/such/cgroup',
      v1: {},
      controllers: [],
    });
    const named = line('/sys/fs/cgroup/systemd', 'cgroup', 'rw,name=systemd');
    expect(cgroupLayout(parseMountInfo(`${unified}\n${named}`)).version).toBe('v2');
  });

  it('says something about this machine', () => {
    expect(cgroupLayout().controllers.length).toBeGreaterThan(0);
  });
});

describe('process groups', () => {
  it('are read by controller', () => {
    expect(parseProcessCgroups('5:cpu,cpuacct:/a:b\n1:name=systemd:/\n0::/user.slice\nrubbish\n')).toEqual({
      cpu: '/a:b',
      cpuacct: '/a:b',
      'name=systemd': '/',
      '': '/user.slice',
    });
    expect(Object.keys(processCgroups(process.pid) ?? {}).length).toBeGreaterThan(0);
    expect(processCgroups(2 ** 22 + 1)).toBeUndefined();
  });
});
