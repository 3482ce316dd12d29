import { invalidArgument } from '../../errors/index.ts';
import { bytes, decimal, type FlagValues, integer, list, text, toggle } from '../flags/index.ts';
import { splitDeviceRate, splitDeviceWeight } from './device-rate.ts';
import { ulimitFlag } from './ulimit.ts';

/** Flags for what may change on a live container too. */
export const UPDATABLE_FLAGS = {
  'blkio-weight': integer('Block IO (relative weight), between 10 and 1000, or 0 to disable', {
    placeholder: 'uint16',
    min: 0,
    max: 65535,
  }),
  'cpu-period': integer('Limit CPU CFS (Completely Fair Scheduler) period'),
  'cpu-quota': integer('Limit CPU CFS (Completely Fair Scheduler) quota'),
  'cpu-rt-period': integer('Limit CPU real-time period in microseconds'),
  'cpu-rt-runtime': integer('Limit CPU real-time runtime in microseconds'),
  'cpu-shares': integer('CPU shares (relative weight)', { short: 'c' }),
  cpus: decimal('Number of CPUs'),
  'cpuset-cpus': text('CPUs in which to allow execution (0-3, 0,1)'),
  'cpuset-mems': text('MEMs in which to allow execution (0-3, 0,1)'),
  'kernel-memory': bytes('', { hidden: true }),
  memory: bytes('Memory limit', { short: 'm' }),
  'memory-reservation': bytes('Memory soft limit'),
  'memory-swap': bytes("Swap limit equal to memory plus swap: '-1' to enable unlimited swap", { allowMinusOne: true }),
  'pids-limit': integer('Tune container pids limit (set -1 for unlimited)'),
};

/** Flags for what a container may use of the host. */
export const RESOURCE_FLAGS = {
  ...UPDATABLE_FLAGS,
  'blkio-weight-device': list('Block IO weight (relative device weight)', {
    check: deviceWeight,
  }),
  'cgroup-parent': text('Optional parent cgroup for the container'),
  'device-read-bps': list('Limit read rate (bytes per second) from a device', { check: bytesRate }),
  'device-read-iops': list('Limit read rate (IO per second) from a device', { check: countRate }),
  'device-write-bps': list('Limit write rate (bytes per second) to a device', { check: bytesRate }),
  'device-write-iops': list('Limit write rate (IO per second) to a device', { check: countRate }),
  'memory-swappiness': integer('Tune container memory swappiness (0 to 100)', { initial: -1 }),
  'oom-kill-disable': toggle('Disable OOM Killer'),
  'oom-score-adj': integer("Tune host's OOM preferences (-1000 to 1000)"),
  'shm-size': bytes('Size of /dev/shm'),
  ulimit: ulimitFlag('Ulimit options'),
};

function deviceWeight(raw: string): string {
  splitDeviceWeight(raw);
  return raw;
}

function bytesRate(raw: string): string {
  splitDeviceRate(raw, 'bytes');
  return raw;
}

function countRate(raw: string): string {
  splitDeviceRate(raw, 'count');
  return raw;
}

/** The resource fields of `HostConfig`. @throws invalid-argument for a swappiness out of range. */
export function resources(values: FlagValues<typeof RESOURCE_FLAGS>) {
  const swappiness = values['memory-swappiness'];
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100)) {
    throw invalidArgument(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  }
  const rates = (name: 'device-read-bps' | 'device-write-bps') =>
    values[name].map((raw) => splitDeviceRate(raw, 'bytes'));
  const counts = (name: 'device-read-iops' | 'device-write-iops') =>
    values[name].map((raw) => splitDeviceRate(raw, 'count'));
  return {
    ...updatable(values),
    CgroupParent: values['cgroup-parent'],
    BlkioWeightDevice: values['blkio-weight-device'].map(splitDeviceWeight),
    BlkioDeviceReadBps: rates('device-read-bps'),
    BlkioDeviceWriteBps: rates('device-write-bps'),
    BlkioDeviceReadIOps: counts('device-read-iops'),
    BlkioDeviceWriteIOps: counts('device-write-iops'),
    MemorySwappiness: swappiness,
    OomKillDisable: values['oom-kill-disable'],
    Ulimits: [...values.ulimit.values()].sort((left, right) => (left.Name < right.Name ? -1 : 1)),
  };
}

/** The fields that POST /containers/{id}/update takes too. */
export function updatable(values: FlagValues<typeof UPDATABLE_FLAGS>) {
  return {
    CpuShares: values['cpu-shares'],
    Memory: values.memory,
    NanoCpus: values.cpus,
    BlkioWeight: values['blkio-weight'],
    CpuPeriod: values['cpu-period'],
    CpuQuota: values['cpu-quota'],
    CpuRealtimePeriod: values['cpu-rt-period'],
    CpuRealtimeRuntime: values['cpu-rt-runtime'],
    CpusetCpus: values['cpuset-cpus'],
    CpusetMems: values['cpuset-mems'],
    MemoryReservation: values['memory-reservation'],
    MemorySwap: values['memory-swap'],
    PidsLimit: values['pids-limit'],
  };
}
