import type { ContainerGroups } from './groups.ts';
import type { BlkioEntry, GroupUsage } from './usage.ts';

/** The files of version 2 (kernel documentation, admin-guide/cgroup-v2). */
export function unifiedUsage(groups: ContainerGroups): GroupUsage {
  const cpu = groups.table('cpu', 'cpu.stat');
  const nanoseconds = (microseconds: number | undefined): number => (microseconds ?? 0) * 1000;
  const pids = groups.number('pids', 'pids.current');
  const maxPids = groups.number('pids', 'pids.max');
  return {
    cpu: {
      cpu_usage: {
        total_usage: nanoseconds(cpu.usage_usec),
        usage_in_kernelmode: nanoseconds(cpu.system_usec),
        usage_in_usermode: nanoseconds(cpu.user_usec),
      },
      throttling_data: {
        periods: cpu.nr_periods ?? 0,
        throttled_periods: cpu.nr_throttled ?? 0,
        throttled_time: nanoseconds(cpu.throttled_usec),
      },
    },
    memory: memoryOf(groups),
    pids: { ...(pids === undefined ? {} : { current: pids }), ...(maxPids === undefined ? {} : { limit: maxPids }) },
    blkio: { io_service_bytes_recursive: transfers(groups.read('io', 'io.stat') ?? '') },
  };
}

function memoryOf(groups: ContainerGroups): GroupUsage['memory'] {
  const usage = groups.number('memory', 'memory.current');
  if (usage === undefined) return {};
  const limit = groups.number('memory', 'memory.max');
  return {
    usage,
    stats: groups.table('memory', 'memory.stat'),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** `8:0 rbytes=1 wbytes=2 …`, one line a device. */
function transfers(text: string): BlkioEntry[] {
  return text.split('\n').flatMap((line) => {
    const [, major, minor] = /^(\d+):(\d+) /.exec(line) ?? [];
    if (major === undefined) return [];
    const device = { major: Number(major), minor: Number(minor) };
    const bytes = (name: string): number => Number(new RegExp(` ${name}=(\\d+)`).exec(line)?.[1] ?? 0);
    return [
      { ...device, op: 'read', value: bytes('rbytes') },
      { ...device, op: 'write', value: bytes('wbytes') },
    ];
  });
}
