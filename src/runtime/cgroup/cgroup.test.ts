import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContainerGroups } from './groups.ts';
import { readStats } from './stats.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-groups-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const write = (files: Record<string, string>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
};
const unified = () =>
  new ContainerGroups({ '': '/box' }, { version: 'v2', unified: dir, v1: {}, controllers: ['cpu', 'memory'] });
const hybrid = () =>
  new ContainerGroups(
    { cpu: '/box', cpuacct: '/box', memory: '/box', pids: '/box', blkio: '/box' },
    {
      version: 'hybrid',
      unified: join(dir, 'unified'),
      v1: Object.fromEntries(['cpu', 'cpuacct', 'memory', 'pids', 'blkio'].map((name) => [name, join(dir, name)])),
      controllers: [],
    },
  );

describe('the unified tree', () => {
  it('gives Docker’s numbers', () => {
    write({
      'box/cpu.stat':
        'usage_usec 3000\nuser_usec 2000\nsystem_usec 1000\nnr_periods 5\nnr_throttled 2\nthrottled_usec 70\n',
      'box/memory.current': '4096\n',
      'box/memory.max': 'max\n',
      'box/memory.stat': 'anon 1024\ninactive_file 512\n',
      'box/pids.current': '3\n',
      'box/pids.max': 'max\n',
      'box/io.stat': '8:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n8:16\n',
    });
    const stats = readStats(unified());
    expect(stats.cpu_stats).toMatchObject({
      cpu_usage: { total_usage: 3_000_000, usage_in_usermode: 2_000_000, usage_in_kernelmode: 1_000_000 },
      throttling_data: { periods: 5, throttled_periods: 2, throttled_time: 70_000 },
    });
    expect(stats.memory_stats).toMatchObject({ usage: 4096, stats: { anon: 1024, inactive_file: 512 } });
    expect(stats.memory_stats.limit).toBeGreaterThan(4096);
    expect(stats.pids_stats).toEqual({ current: 3 });
    expect(stats.blkio_stats.io_serviced_recursive).toBeNull();
    expect(stats.blkio_stats.io_service_bytes_recursive).toEqual([
      { major: 8, minor: 0, op: 'read', value: 10 },
      { major: 8, minor: 0, op: 'write', value: 20 },
    ]);
  });

  it('knows who ran out of memory, and whose processes there are', () => {
    write({ 'box/memory.events': 'oom 1\noom_kill 0\n', 'box/cgroup.procs': '7\n', 'box/sub/cgroup.procs': '5\n9\n' });
    expect(unified().wasOutOfMemory()).toBe(false);
    write({ 'box/memory.events': 'oom 1\noom_kill 1\n' });
    expect(unified().wasOutOfMemory()).toBe(true);
    expect(unified().processes()).toEqual([5, 7, 9]);
  });
});

describe('trees of version 1', () => {
  it('give Docker’s numbers', () => {
    write({
      'cpuacct/box/cpuacct.usage': '5000\n',
      'cpuacct/box/cpuacct.usage_percpu': '2000 3000 \n',
      'cpuacct/box/cpuacct.stat': 'user 2\nsystem 1\n',
      'cpu/box/cpu.stat': 'nr_periods 4\nnr_throttled 3\nthrottled_time 90\n',
      'memory/box/memory.usage_in_bytes': '8192\n',
      'memory/box/memory.max_usage_in_bytes': '9000\n',
      'memory/box/memory.limit_in_bytes': '16384\n',
      'memory/box/memory.failcnt': '1\n',
      'memory/box/memory.stat': 'total_inactive_file 100\n',
      'memory/box/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
      'pids/box/pids.current': '1\n',
      'pids/box/pids.max': '10\n',
      'pids/box/cgroup.procs': '4\n',
      'blkio/box/blkio.throttle.io_service_bytes': '8:0 Read 1\n8:0 Write 2\nTotal 3\n',
    });
    const stats = readStats(hybrid());
    expect(stats.cpu_stats).toMatchObject({
      cpu_usage: {
        total_usage: 5000,
        percpu_usage: [2000, 3000],
        usage_in_usermode: 20_000_000,
        usage_in_kernelmode: 10_000_000,
      },
      throttling_data: { periods: 4, throttled_periods: 3, throttled_time: 90 },
    });
    expect(stats.memory_stats).toEqual({
      usage: 8192,
      max_usage: 9000,
      failcnt: 1,
      limit: 16384,
      stats: { total_inactive_file: 100 },
    });
    expect(stats.pids_stats).toEqual({ current: 1, limit: 10 });
    expect(stats.blkio_stats.io_service_bytes_recursive).toEqual([
      { major: 8, minor: 0, op: 'Read', value: 1 },
      { major: 8, minor: 0, op: 'Write', value: 2 },
    ]);
    expect(hybrid().wasOutOfMemory()).toBe(true);
    expect(hybrid().processes()).toEqual([4]);
  });

  it('of a container that has gone are empty', () => {
    const stats = readStats(hybrid());
    expect(stats.cpu_stats.cpu_usage.total_usage).toBe(0);
    expect(stats.memory_stats).toEqual({});
    expect(hybrid().processes()).toEqual([]);
    expect(new ContainerGroups({}).processes()).toEqual([]);
  });
});
