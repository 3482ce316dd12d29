import type { Figures } from './listing.ts';

/** GET /containers/{id}/stats: counters as the kernel has them; CPU times in nanoseconds, the rest in bytes. */
export interface StatsMessage {
  id?: string;
  name?: string;
  pids_stats?: { current?: number };
  cpu_stats?: CpuStats;
  precpu_stats?: CpuStats;
  memory_stats?: { usage?: number; limit?: number; stats?: Record<string, number> };
  networks?: Record<string, { rx_bytes?: number; tx_bytes?: number }> | null;
  blkio_stats?: { io_service_bytes_recursive?: { op: string; value: number }[] | null };
}

interface CpuStats {
  cpu_usage?: { total_usage?: number; percpu_usage?: number[] | null };
  system_cpu_usage?: number;
  online_cpus?: number;
}

/** Makes figures for people of the engine's counters, as docker computes them. */
export function figuresOf(message: StatsMessage): Figures {
  const memory = usedMemory(message.memory_stats);
  const limit = message.memory_stats?.limit ?? 0;
  const networks = Object.values(message.networks ?? {});
  const sum = (values: (number | undefined)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);
  return {
    cpuPercent: cpuPercent(message.cpu_stats ?? {}, message.precpu_stats ?? {}),
    memory,
    memoryLimit: limit,
    memoryPercent: limit === 0 ? 0 : (memory / limit) * 100,
    received: sum(networks.map((network) => network.rx_bytes)),
    sent: sum(networks.map((network) => network.tx_bytes)),
    read: blockBytes(message, 'read'),
    written: blockBytes(message, 'write'),
    processes: message.pids_stats?.current ?? 0,
  };
}

/** Share of one CPU since the reading before: 200% are two CPUs in full use. */
function cpuPercent(now: CpuStats, before: CpuStats): number {
  const used = (now.cpu_usage?.total_usage ?? 0) - (before.cpu_usage?.total_usage ?? 0);
  const passed = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  const cpus = now.online_cpus || now.cpu_usage?.percpu_usage?.length || 1;
  return used > 0 && passed > 0 ? (used / passed) * cpus * 100 : 0;
}

/** Cache that the kernel may take back at once does not count: cgroup v1 has it as total_inactive_file, v2 as inactive_file. */
function usedMemory(memory: StatsMessage['memory_stats']): number {
  const usage = memory?.usage ?? 0;
  const cache = memory?.stats?.total_inactive_file ?? memory?.stats?.inactive_file ?? 0;
  return cache < usage ? usage - cache : usage;
}

function blockBytes({ blkio_stats }: StatsMessage, operation: string): number {
  const entries = blkio_stats?.io_service_bytes_recursive ?? [];
  return entries.filter(({ op }) => op.toLowerCase() === operation).reduce((total, { value }) => total + value, 0);
}
