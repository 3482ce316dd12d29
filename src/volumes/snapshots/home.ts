import { invalidArgument, notFound } from '../../errors/index.ts';
import { isHomed, isMountCounter, type VolumeHome } from '../capabilities.ts';
import type { Core } from '../core.ts';
import { failedTo } from '../operation-error.ts';
import { optionMount } from '../options.ts';

/** Where the data of a volume lies that can be snapshotted, and who has it mounted. */
export interface Source extends VolumeHome {
  volume: string;
  isMounted: boolean;
}

/**
 * @throws not-found `get NAME: no such volume`; invalid-argument for a volume whose data another program keeps, or lies on a
 *   device of its own: its snapshots are that one's business.
 */
export async function sourceOf(core: Core, volume: string): Promise<Source> {
  const found = await core.store.find(volume);
  if (found === undefined) throw failedTo('get', volume, notFound('no such volume'));
  const { driver } = found;
  const home = isHomed(driver) ? driver.home(volume) : undefined;
  if (!isHomed(driver) || home === undefined)
    throw invalidArgument(`volume ${volume} is kept by the driver ${driver.name}: ask that one for snapshots`);
  const elsewhere = optionMount(found.volume.options);
  if (elsewhere !== undefined)
    throw invalidArgument(
      `the data of volume ${volume} lies on ${elsewhere.type} ${elsewhere.device}, not in a pool: it has no snapshots here`,
    );
  return { ...home, volume, isMounted: isMountCounter(driver) && driver.mounts(volume) > 0 };
}
