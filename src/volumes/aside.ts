import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { conflict } from '../errors/index.ts';
import type { VolumeHome } from './capabilities.ts';
import type { Core } from './core.ts';
import { dataName, freshFolder } from './drivers/local/layout.ts';
import { homeOf } from './home.ts';
import { failedTo } from './operation-error.ts';
import { optionMount } from './options.ts';

/** A place for data beside a volume's own. */
export interface Aside extends Pick<VolumeHome, 'pool' | 'root'> {
  /** The volume's data. */
  current: string;
  /** Where data may be made, by the pool's driver; nothing is there yet. */
  fresh: string;
}

/**
 * Lends a place in a volume's pool. What is left there at the end goes; what a crash leaves, the next start takes away.
 * @throws not-found where there is no such volume; conflict where its data lies elsewhere than in a pool.
 */
export async function withAside<T>(core: Core, name: string, work: (aside: Aside) => Promise<T>): Promise<T> {
  const { root, pool, data } = await homeToWorkIn(core, name);
  const folder = freshFolder(root);
  mkdirSync(folder, { mode: 0o700 });
  try {
    return await work({ root, pool, current: data, fresh: join(folder, dataName) });
  } finally {
    await pool.remove(folder);
  }
}

async function homeToWorkIn(core: Core, name: string): Promise<VolumeHome> {
  try {
    await core.store.require(name);
    const home = dataHome(core, name);
    if (home === undefined) throw conflict('its data does not lie in a pool on this host');
    return home;
  } catch (error) {
    throw failedTo('get', name, error);
  }
}

/** Where the data of a volume lies that is a pool's folder and nothing mounted on it; undefined for others. Does not wait. */
export function dataHome(core: Core, name: string): VolumeHome | undefined {
  const found = core.store.peek(name);
  const home = homeOf(core.store, name);
  if (found === undefined || home === undefined || optionMount(found.volume.options) !== undefined) return undefined;
  // Without limits of its own a pool keeps a volume of a limited size in a file that is mounted there.
  return found.volume.options?.size !== undefined && !home.pool.hasLimits ? undefined : home;
}
