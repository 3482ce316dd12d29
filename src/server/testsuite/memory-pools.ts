import { notFound } from '../../errors/index.ts';
import type { PoolSummary } from '../../wire/index.ts';
import type { PlacementBackend } from '../routes/holdfast/placement.ts';
import type { PoolsBackend } from '../routes/holdfast/pools.ts';

/** Pools that are records. */
export function memoryPools(): PoolsBackend {
  const pools = new Map<string, PoolSummary>();
  const get = async (name: string): Promise<PoolSummary> => {
    const pool = pools.get(name);
    if (pool === undefined) throw notFound(`no such pool: ${name}`);
    return pool;
  };
  return {
    create: async ({ name, driver = 'btrfs', size = null, path = '' }) => {
      const facts = { volumes: 0, total: 0, available: 0, instantCopies: true, limits: true };
      const pool = { name, driver, size, path, isDefault: false, problem: null, createdAt: null, ...facts };
      pools.set(name, pool);
      return pool;
    },
    list: async () => [...pools.values()],
    get,
    setDefault: async (name) => {
      pools.set(name, { ...(await get(name)), isDefault: true });
    },
    remove: async (name) => {
      await get(name);
      pools.delete(name);
    },
  };
}

/** Volumes are not there to be moved. */
export const memoryPlacement: PlacementBackend = {
  resize: async (name) => {
    throw notFound(`resize ${name}: no such volume`);
  },
  move: async (name) => {
    throw notFound(`move ${name}: no such volume`);
  },
};
