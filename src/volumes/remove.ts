import { isForgetter } from './capabilities.ts';
import type { Core } from './core.ts';
import { failedTo } from './operation-error.ts';
import type { Found } from './store.ts';
import type { VolumeDriver } from './volume.ts';

/**
 * Removes a volume that nobody holds; the caller holds the lock of its name. Raises `destroy`.
 * @param options.force a volume that is not there is fine, and one whose driver fails to remove it is forgotten (though
 *   the failure is told all the same). Holders are respected with and without it.
 * @throws conflict `remove NAME: volume is in use - [holder, …]`; not-found `get NAME: no such volume`; what the driver
 *   throws.
 */
export async function removeVolume(core: Core, name: string, options: { force: boolean }): Promise<void> {
  const driver = await driverOf(core, name, options);
  if (driver === undefined) return;
  try {
    await core.references.whileFree(name, () => removeFrom(driver, name, options));
  } catch (error) {
    throw failedTo('remove', name, error);
  }
  core.emit({ type: 'volume', action: 'destroy', id: name, attributes: { driver: driver.name } });
}

/** Undefined where there is nothing to remove, and that is fine. */
async function driverOf(core: Core, name: string, { force }: { force: boolean }): Promise<VolumeDriver | undefined> {
  try {
    return (force ? await core.store.find(name) : await core.store.require(name))?.driver;
  } catch (error) {
    throw failedTo('get', name, error);
  }
}

async function removeFrom(driver: Found['driver'], name: string, { force }: { force: boolean }): Promise<void> {
  try {
    await driver.remove(name);
  } catch (error) {
    if (force && isForgetter(driver)) await driver.forget(name);
    throw error;
  }
}
