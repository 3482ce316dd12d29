import { describe, expect, it } from 'vitest';
import { type HostConfig, hostConfigSchema } from '../../wire/index.ts';
import { abilitiesOf, type CgroupAbilities } from './cgroup-abilities.ts';
import { resourcesFor } from './resources.ts';
import { validateResources } from './validate-resources.ts';

const everything: CgroupAbilities = {
  version: 'v1',
  memory: true,
  swap: true,
  reservation: true,
  swappiness: true,
  oomKillDisable: true,
  cpuShares: true,
  cpuQuota: true,
  cpuset: true,
  pids: true,
  blkioWeight: true,
};
const nothing = Object.fromEntries(
  Object.entries(everything).map(([name, value]) => [name, value === true ? false : value]),
) as unknown as CgroupAbilities;
const wish = (fields: Partial<HostConfig>): HostConfig => ({ ...hostConfigSchema.parse({}), ...fields });
const check = (fields: Partial<HostConfig>, can = everything): string[] =>
  validateResources(wish(fields), {}, { can, cpus: 4, onlineCpus: '0-3', onlineNodes: '0' });

describe('validateResources', () => {
  it.each<[Partial<HostConfig>, string]>([
    [{ Memory: 1024 }, 'Minimum memory limit allowed is 6MB'],
    [{ Memory: 1e8, MemorySwap: 1e7 }, 'Minimum memoryswap limit should be larger than memory limit, see usage'],
    [{ MemorySwap: 1e8 }, 'You should always set the Memory limit when using Memoryswap limit, see usage'],
    [{ MemorySwappiness: 101 }, 'Invalid value: 101, valid memory swappiness range is 0-100'],
    [{ NanoCpus: 5e9 }, 'Range of CPUs is from 0.01 to 4.00, as there are only 4 CPUs available'],
    [{ NanoCpus: 1e9, CpuPeriod: 1000 }, 'Conflicting options: Nano CPUs and CPU Period cannot both be set'],
    [{ CpuQuota: 10 }, 'CPU cfs quota can not be less than 1ms (i.e. 1000)'],
    [{ CpusetCpus: '0,9' }, 'Requested CPUs are not available - requested 0,9, available: 0-3'],
    [{ CpusetCpus: '1-0' }, 'Invalid value 1-0 for cpuset cpus: invalid format: 1-0'],
    [{ CpusetMems: '1' }, 'Requested memory nodes are not available - requested 1, available: 0'],
    [{ BlkioWeight: 5 }, 'Range of blkio weight is from 10 to 1000'],
  ])('refuses %o', (fields, message) => {
    expect(() => check(fields)).toThrow(message);
  });

  it('is content with what can be kept', () => {
    expect(check({ Memory: 1e8, NanoCpus: 2e9, PidsLimit: 10, CpusetCpus: '0-1,3' })).toEqual([]);
  });

  it('lets an update change swap alone', () => {
    expect(validateResources(wish({ MemorySwap: 1e8 }), { update: true })).toEqual(expect.any(Array));
  });

  it('warns of what this kernel does not have, and leaves it out', () => {
    const fields = { Memory: 1e8, CpuShares: 100, PidsLimit: 5, BlkioWeight: 100, CpusetCpus: '0' };
    expect(check(fields, nothing)).toHaveLength(5);
    expect(resourcesFor(wish(fields), nothing)).toEqual({ memory: {}, cpu: {} });
  });
});

describe('resourcesFor', () => {
  it('gives as much swap as memory where nothing is said', () => {
    expect(resourcesFor(wish({ Memory: 1e8 }), everything).memory).toEqual({ limit: 1e8, swap: 2e8 });
    expect(resourcesFor(wish({ Memory: 1e8, MemorySwap: -1 }), everything).memory).toEqual({ limit: 1e8, swap: -1 });
  });

  it('turns --cpus into a quota', () => {
    expect(resourcesFor(wish({ NanoCpus: 1.5e9 }), everything).cpu).toEqual({ period: 100_000, quota: 150_000 });
  });

  it('knows no pids limit in three ways', () => {
    expect(resourcesFor(wish({}), everything).pids).toBeUndefined();
    expect(resourcesFor(wish({ PidsLimit: 0 }), everything).pids).toEqual({ limit: -1 });
    expect(resourcesFor(wish({ PidsLimit: -1 }), everything).pids).toEqual({ limit: -1 });
  });
});

describe('abilitiesOf', () => {
  it('reads the unified tree’s controllers', () => {
    const can = abilitiesOf({ version: 'v2', unified: '/nowhere', v1: {}, controllers: ['cpu', 'memory', 'pids'] });
    expect(can).toMatchObject({ memory: true, cpuQuota: true, pids: true, cpuset: false, oomKillDisable: false });
  });

  it('looks into the mounted trees of version 1', () => {
    const can = abilitiesOf({ version: 'v1', unified: undefined, v1: { pids: '/tmp' }, controllers: ['pids'] });
    expect(can).toMatchObject({ pids: true, memory: false, swap: false });
  });
});
