import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CgroupLayout, cgroupLayout, processCgroups } from '../../host/index.ts';

/** Which limits this kernel can keep, as `docker info` tells them. */
export interface CgroupAbilities {
  version: CgroupLayout['version'];
  memory: boolean;
  swap: boolean;
  reservation: boolean;
  swappiness: boolean;
  oomKillDisable: boolean;
  cpuShares: boolean;
  cpuQuota: boolean;
  cpuset: boolean;
  pids: boolean;
  blkioWeight: boolean;
}

let known: CgroupAbilities | undefined;

/** Finds them once; the kernel does not change while the daemon runs. */
export function cgroupAbilities(): CgroupAbilities {
  known ??= abilitiesOf(cgroupLayout());
  return known;
}

export function abilitiesOf(layout: CgroupLayout): CgroupAbilities {
  return layout.version === 'v2' ? unified(layout) : legacy(layout);
}

function legacy(layout: CgroupLayout): CgroupAbilities {
  const has = (controller: string, file = ''): boolean => {
    const mountpoint = layout.v1[controller];
    return mountpoint !== undefined && existsSync(join(mountpoint, file));
  };
  return {
    version: layout.version,
    memory: has('memory'),
    swap: has('memory', 'memory.memsw.limit_in_bytes'),
    reservation: has('memory', 'memory.soft_limit_in_bytes'),
    swappiness: has('memory', 'memory.swappiness'),
    oomKillDisable: has('memory', 'memory.oom_control'),
    cpuShares: has('cpu', 'cpu.shares'),
    cpuQuota: has('cpu', 'cpu.cfs_quota_us'),
    cpuset: has('cpuset'),
    pids: has('pids'),
    blkioWeight: has('blkio', 'blkio.weight') || has('blkio', 'blkio.bfq.weight'),
  };
}

function unified(layout: CgroupLayout): CgroupAbilities {
  const has = (controller: string): boolean => layout.controllers.includes(controller);
  return {
    version: layout.version,
    memory: has('memory'),
    swap: has('memory') && accountsSwap(layout.unified ?? ''),
    reservation: has('memory'),
    swappiness: false,
    oomKillDisable: false,
    cpuShares: has('cpu'),
    cpuQuota: has('cpu'),
    cpuset: has('cpuset'),
    pids: has('pids'),
    blkioWeight: has('io'),
  };
}

/** The root has no limits to look at, so a process in it cannot tell; kernels leave swap accounting out rarely. */
function accountsSwap(mountpoint: string): boolean {
  const own = processCgroups(process.pid)?.[''] ?? '/';
  return own === '/' || existsSync(join(mountpoint, own, 'memory.swap.max'));
}
