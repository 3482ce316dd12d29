import { isHomed, type VolumeHome } from './capabilities.ts';
import type { VolumeStore } from './store.ts';

/** Where a volume lies on this host, without waiting; undefined for one that is elsewhere, or is not. */
export function homeOf(store: VolumeStore, name: string): VolumeHome | undefined {
  const driver = store.owner(name);
  return driver !== undefined && isHomed(driver) ? driver.home(name) : undefined;
}
