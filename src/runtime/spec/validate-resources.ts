import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { invalidArgument } from '../../errors/index.ts';
import { type CgroupAbilities, cgroupAbilities } from './cgroup-abilities.ts';
import type { ResourceWishes } from './resources.ts';

/** What a host has to give out. */
export interface Machine {
  can: CgroupAbilities;
  cpus: number;
  /** Lists like `0-3,7`. */
  onlineCpus: string;
  onlineNodes: string;
}

function thisMachine(): Machine {
  return {
    can: cgroupAbilities(),
    cpus: availableParallelism(),
    onlineCpus: listAt('/sys/devices/system/cpu/online'),
    onlineNodes: listAt('/sys/devices/system/node/online'),
  };
}

function listAt(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // A kernel without NUMA has no nodes to list; memory is node 0 then.
    return '0';
  }
}

/** `--memory` below this does not even start a process. */
const minimumMemory = 6 * 1024 * 1024;

/**
 * Checks limits as Docker does, with its words (moby, "verifyPlatformContainerResources").
 * @param options.update a change of a container that exists: swap may come without memory
 * @returns what will not be kept on this machine
 * @throws invalid-argument for what contradicts itself or is out of range
 */
export function validateResources(
  wishes: ResourceWishes,
  options: { update?: boolean } = {},
  machine: Machine = thisMachine(),
): string[] {
  return [
    ...memoryWarnings(wishes, options.update ?? false, machine.can),
    ...cpuWarnings(wishes, machine),
    ...otherWarnings(wishes, machine.can),
  ];
}

function memoryWarnings(wishes: ResourceWishes, update: boolean, can: CgroupAbilities): string[] {
  const { Memory, MemorySwap, MemoryReservation, MemorySwappiness, OomKillDisable } = wishes;
  refuseIf(Memory !== 0 && Memory < minimumMemory, 'Minimum memory limit allowed is 6MB');
  refuseIf(
    Memory > 0 && MemorySwap > 0 && MemorySwap < Memory,
    'Minimum memoryswap limit should be larger than memory limit, see usage',
  );
  refuseIf(
    Memory === 0 && MemorySwap > 0 && !update,
    'You should always set the Memory limit when using Memoryswap limit, see usage',
  );
  refuseIf(
    MemorySwappiness !== null && (MemorySwappiness < 0 || MemorySwappiness > 100),
    `Invalid value: ${MemorySwappiness}, valid memory swappiness range is 0-100`,
  );
  refuseIf(MemoryReservation > 0 && MemoryReservation < minimumMemory, 'Minimum memory reservation allowed is 6MB');
  refuseIf(
    Memory > 0 && MemoryReservation > 0 && Memory < MemoryReservation,
    'Minimum memory limit can not be less than memory reservation limit, see usage',
  );
  return chosen([
    [Memory > 0 && !can.memory, missing('memory limit capabilities', 'Limitation discarded.')],
    [
      Memory > 0 && MemorySwap !== -1 && can.memory && !can.swap,
      missing('swap limit capabilities', 'Memory limited without swap.'),
    ],
    [
      MemorySwappiness !== null && !can.swappiness,
      missing('memory swappiness capabilities', 'Memory swappiness discarded.'),
    ],
    [MemoryReservation > 0 && !can.reservation, missing('memory soft limit capabilities', 'Limitation discarded.')],
    [OomKillDisable && !can.oomKillDisable, 'Your kernel does not support OomKillDisable. OomKillDisable discarded.'],
    [
      OomKillDisable && can.oomKillDisable && Memory === 0,
      'OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.',
    ],
  ]);
}

function cpuWarnings(wishes: ResourceWishes, { can, cpus, onlineCpus, onlineNodes }: Machine): string[] {
  const { NanoCpus, CpuPeriod, CpuQuota, CpuShares, CpusetCpus, CpusetMems } = wishes;
  refuseIf(NanoCpus > 0 && CpuPeriod > 0, 'Conflicting options: Nano CPUs and CPU Period cannot both be set');
  refuseIf(NanoCpus > 0 && CpuQuota > 0, 'Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  refuseIf(
    NanoCpus > 0 && !can.cpuQuota,
    'NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the cgroup is not mounted',
  );
  refuseIf(
    NanoCpus < 0 || NanoCpus > cpus * 1e9,
    `Range of CPUs is from 0.01 to ${cpus}.00, as there are only ${cpus} CPUs available`,
  );
  refuseIf(
    CpuPeriod !== 0 && (CpuPeriod < 1000 || CpuPeriod > 1_000_000),
    'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)',
  );
  refuseIf(CpuQuota > 0 && CpuQuota < 1000, 'CPU cfs quota can not be less than 1ms (i.e. 1000)');
  refuseIf(CpuShares < 0, 'shares: invalid argument');
  refuseUnlessOffered(CpusetCpus, onlineCpus, { kind: 'cpuset cpus', plural: 'CPUs' });
  refuseUnlessOffered(CpusetMems, onlineNodes, { kind: 'cpuset mems', plural: 'memory nodes' });
  return chosen([
    [CpuShares > 0 && !can.cpuShares, missing('CPU shares', 'Shares discarded.')],
    [
      (CpuPeriod !== 0 || CpuQuota !== 0) && !can.cpuQuota,
      'Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.',
    ],
    [(CpusetCpus !== '' || CpusetMems !== '') && !can.cpuset, missing('cpuset', 'Cpuset discarded.')],
  ]);
}

function otherWarnings({ PidsLimit, BlkioWeight }: ResourceWishes, can: CgroupAbilities): string[] {
  const outOfRange = BlkioWeight !== 0 && (BlkioWeight < 10 || BlkioWeight > 1000);
  refuseIf(outOfRange, 'Range of blkio weight is from 10 to 1000');
  return chosen([
    [PidsLimit !== null && PidsLimit > 0 && !can.pids, missing('PIDs limit capabilities', 'PIDs limit discarded.')],
    [BlkioWeight > 0 && !can.blkioWeight, missing('Block I/O weight', 'Weight discarded.')],
  ]);
}

const missing = (ability: string, consequence: string): string =>
  `Your kernel does not support ${ability} or the cgroup is not mounted. ${consequence}`;

const chosen = (cases: Array<[boolean, string]>): string[] => cases.filter(([holds]) => holds).map(([, text]) => text);

function refuseIf(condition: boolean, message: string): void {
  if (condition) throw invalidArgument(message);
}

function refuseUnlessOffered(wanted: string, offered: string, words: { kind: string; plural: string }): void {
  if (wanted === '') return;
  const ranges = rangesOf(offered) ?? [];
  const asked = rangesOf(wanted);
  if (asked === undefined)
    throw invalidArgument(`Invalid value ${wanted} for ${words.kind}: invalid format: ${wanted}`);
  const isOffered = (value: number): boolean => ranges.some(([first, last]) => value >= first && value <= last);
  refuseIf(
    !asked.every(([first, last]) => isOffered(first) && isOffered(last)),
    `Requested ${words.plural} are not available - requested ${wanted}, available: ${offered}`,
  );
}

/** `0-2,7` as pairs; undefined where it is none. */
function rangesOf(list: string): Array<[number, number]> | undefined {
  const ranges: Array<[number, number]> = [];
  for (const part of list.split(',')) {
    const [, first, last] = /^\s*(\d{1,6})(?:-(\d{1,6}))?\s*$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    const end = last ?? first;
    if (Number(end) < Number(first)) return undefined;
    ranges.push([Number(first), Number(end)]);
  }
  return ranges;
}
