/** One sample of what a container uses, in the shape of Docker's GET /containers/{id}/stats. Times in nanoseconds. */
export interface ContainerStats {
  cpu_stats: CpuStats & { system_cpu_usage: number; online_cpus: number };
  memory_stats: MemoryStats;
  pids_stats: { current?: number; limit?: number };
  blkio_stats: BlkioStats;
}

interface CpuStats {
  cpu_usage: {
    total_usage: number;
    /** Version 1 only. */
    percpu_usage?: number[];
    usage_in_kernelmode: number;
    usage_in_usermode: number;
  };
  throttling_data: { periods: number; throttled_periods: number; throttled_time: number };
}

/** In bytes. */
interface MemoryStats {
  usage?: number;
  /** Version 1 only, as `failcnt`. */
  max_usage?: number;
  stats?: Record<string, number>;
  failcnt?: number;
  limit?: number;
}

export interface BlkioEntry {
  major: number;
  minor: number;
  op: string;
  value: number;
}

interface BlkioStats {
  io_service_bytes_recursive: BlkioEntry[] | null;
  io_serviced_recursive: BlkioEntry[] | null;
  io_queue_recursive: BlkioEntry[] | null;
  io_service_time_recursive: BlkioEntry[] | null;
  io_wait_time_recursive: BlkioEntry[] | null;
  io_merged_recursive: BlkioEntry[] | null;
  io_time_recursive: BlkioEntry[] | null;
  sectors_recursive: BlkioEntry[] | null;
}

/** What one of the two versions of control groups tells. */
export interface GroupUsage {
  cpu: CpuStats;
  memory: MemoryStats;
  pids: { current?: number; limit?: number };
  blkio: Partial<BlkioStats>;
}

/** USER_HZ, which the kernel fixes at 100 for what it tells programs. */
export const ticksPerSecond = 100;
