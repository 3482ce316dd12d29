import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { ContainerGroups } from './groups.ts';
import { legacyUsage } from './stats-v1.ts';
import { unifiedUsage } from './stats-v2.ts';
import { type ContainerStats, ticksPerSecond } from './usage.ts';

/** Reads a sample; a container without a memory limit is limited by the machine. */
export function readStats(groups: ContainerGroups): ContainerStats {
  const { cpu, memory, pids, blkio } = groups.isUnified ? unifiedUsage(groups) : legacyUsage(groups);
  const limit = memory.usage === undefined ? {} : { limit: Math.min(memory.limit ?? totalmem(), totalmem()) };
  return {
    cpu_stats: { ...cpu, system_cpu_usage: systemCpuUsage(), online_cpus: availableParallelism() },
    memory_stats: { ...memory, ...limit },
    pids_stats: pids,
    blkio_stats: {
      io_service_bytes_recursive: null,
      io_serviced_recursive: null,
      io_queue_recursive: null,
      io_service_time_recursive: null,
      io_wait_time_recursive: null,
      io_merged_recursive: null,
      io_time_recursive: null,
      sectors_recursive: null,
      ...blkio,
    },
  };
}

/** The time of all processors since boot, idle too: user, nice, system, idle, iowait, irq, softirq, steal, in ticks. */
function systemCpuUsage(): number {
  const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? '';
  const ticks = line.trim().split(/\s+/).slice(1, 9);
  return ticks.reduce((sum, each) => sum + Number(each), 0) * (1e9 / ticksPerSecond);
}
