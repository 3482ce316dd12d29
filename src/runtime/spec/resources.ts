import type { HostConfig } from '../../wire/index.ts';
import { type CgroupAbilities, cgroupAbilities } from './cgroup-abilities.ts';
import type { OciCpu, OciMemory, OciResources } from './oci.ts';

/** The fields of HostConfig that limit what a container may use. */
export type ResourceWishes = Pick<
  HostConfig,
  | 'Memory'
  | 'MemoryReservation'
  | 'MemorySwap'
  | 'MemorySwappiness'
  | 'OomKillDisable'
  | 'CpuShares'
  | 'CpuPeriod'
  | 'CpuQuota'
  | 'CpuRealtimePeriod'
  | 'CpuRealtimeRuntime'
  | 'NanoCpus'
  | 'CpusetCpus'
  | 'CpusetMems'
  | 'PidsLimit'
  | 'BlkioWeight'
>;

/**
 * The limits for the runtime, at create and for an update. What this kernel cannot keep is left out; `validateHostConfig`
 * has told so. Weights and shares are passed as they are: the runtime converts them where the kernel has only weights.
 */
export function resourcesFor(wishes: ResourceWishes, can: CgroupAbilities = cgroupAbilities()): OciResources {
  return {
    memory: memoryFor(wishes, can),
    cpu: cpuFor(wishes, can),
    ...(wishes.PidsLimit === null || !can.pids
      ? {}
      : { pids: { limit: wishes.PidsLimit > 0 ? wishes.PidsLimit : -1 } }),
    ...(wishes.BlkioWeight > 0 && can.blkioWeight ? { blockIO: { weight: wishes.BlkioWeight } } : {}),
  };
}

function memoryFor(wishes: ResourceWishes, can: CgroupAbilities): OciMemory {
  const memory: OciMemory = {};
  if (!can.memory) return memory;
  if (wishes.Memory > 0) memory.limit = wishes.Memory;
  const swap = swapFor(wishes);
  if (swap !== undefined && can.swap) memory.swap = swap;
  if (wishes.MemoryReservation > 0 && can.reservation) memory.reservation = wishes.MemoryReservation;
  if (wishes.MemorySwappiness !== null && can.swappiness) memory.swappiness = wishes.MemorySwappiness;
  if (wishes.OomKillDisable && can.oomKillDisable) memory.disableOOMKiller = true;
  return memory;
}

/** Memory and swap together, in bytes: twice the memory where nothing is said, -1 for as much swap as there is. */
export function swapFor({ Memory, MemorySwap }: Pick<HostConfig, 'Memory' | 'MemorySwap'>): number | undefined {
  if (Memory <= 0) return undefined;
  return MemorySwap === 0 ? Memory * 2 : MemorySwap;
}

/** In microseconds: the period that `--cpus` is a share of. */
const quotaPeriod = 100_000;

function cpuFor(wishes: ResourceWishes, can: CgroupAbilities): OciCpu {
  const cpu: OciCpu = {};
  if (wishes.CpuShares > 0 && can.cpuShares) cpu.shares = Math.min(Math.max(wishes.CpuShares, 2), 262_144);
  if (can.cpuQuota) {
    if (wishes.NanoCpus > 0) {
      cpu.period = quotaPeriod;
      cpu.quota = Math.floor((wishes.NanoCpus * quotaPeriod) / 1e9);
    }
    if (wishes.CpuPeriod !== 0) cpu.period = wishes.CpuPeriod;
    if (wishes.CpuQuota !== 0) cpu.quota = wishes.CpuQuota;
  }
  if (wishes.CpuRealtimePeriod !== 0) cpu.realtimePeriod = wishes.CpuRealtimePeriod;
  if (wishes.CpuRealtimeRuntime !== 0) cpu.realtimeRuntime = wishes.CpuRealtimeRuntime;
  if (wishes.CpusetCpus !== '' && can.cpuset) cpu.cpus = wishes.CpusetCpus;
  if (wishes.CpusetMems !== '' && can.cpuset) cpu.mems = wishes.CpusetMems;
  return cpu;
}
