import type { ContainerGroups } from './groups.ts';
import { type BlkioEntry, type GroupUsage, ticksPerSecond } from './usage.ts';

/** The files of version 1 (kernel documentation, admin-guide/cgroup-v1). */
export function legacyUsage(groups: ContainerGroups): GroupUsage {
  const times = groups.table('cpuacct', 'cpuacct.stat');
  const quota = groups.table('cpu', 'cpu.stat');
  const perCpu = groups.read('cpuacct', 'cpuacct.usage_percpu')?.trim().split(/\s+/).map(Number);
  const nanoseconds = (ticks: number | undefined): number => (ticks ?? 0) * (1e9 / ticksPerSecond);
  return {
    cpu: {
      cpu_usage: {
        total_usage: groups.number('cpuacct', 'cpuacct.usage') ?? 0,
        ...(perCpu === undefined ? {} : { percpu_usage: perCpu }),
        usage_in_kernelmode: nanoseconds(times.system),
        usage_in_usermode: nanoseconds(times.user),
      },
      throttling_data: {
        periods: quota.nr_periods ?? 0,
        throttled_periods: quota.nr_throttled ?? 0,
        throttled_time: quota.throttled_time ?? 0,
      },
    },
    memory: memoryOf(groups),
    pids: {
      ...optional('current', groups.number('pids', 'pids.current')),
      ...optional('limit', groups.number('pids', 'pids.max')),
    },
    blkio: {
      io_service_bytes_recursive: transfers(groups, 'io_service_bytes'),
      io_serviced_recursive: transfers(groups, 'io_serviced'),
    },
  };
}

function memoryOf(groups: ContainerGroups): GroupUsage['memory'] {
  const usage = groups.number('memory', 'memory.usage_in_bytes');
  if (usage === undefined) return {};
  return {
    usage,
    ...optional('max_usage', groups.number('memory', 'memory.max_usage_in_bytes')),
    stats: groups.table('memory', 'memory.stat'),
    ...optional('failcnt', groups.number('memory', 'memory.failcnt')),
    ...optional('limit', groups.number('memory', 'memory.limit_in_bytes')),
  };
}

const optional = <K extends string>(name: K, value: number | undefined): Partial<Record<K, number>> =>
  value === undefined ? {} : ({ [name]: value } as Record<K, number>);

/** `8:0 Read 4096` lines, one a device and operation; the throttling layer counts whatever the scheduler is. */
function transfers(groups: ContainerGroups, kind: 'io_service_bytes' | 'io_serviced'): BlkioEntry[] {
  const text =
    groups.read('blkio', `blkio.throttle.${kind}_recursive`) ?? groups.read('blkio', `blkio.throttle.${kind}`) ?? '';
  return text.split('\n').flatMap((line) => {
    const [, major, minor, op, value] = /^(\d+):(\d+) (\w+) (\d+)$/.exec(line) ?? [];
    return op === undefined ? [] : [{ major: Number(major), minor: Number(minor), op, value: Number(value) }];
  });
}
