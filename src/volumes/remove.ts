import { notFound } from '../errors/index.ts';
import { isForgetter } from './capabilities.ts';
import type { Core } from './core.ts';
import { failedTo } from './operation-error.ts';
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
    const found = await core.store.find(name);
    if (found !== undefined) return found.driver;
    await forgetIfFree(core, name);
  } catch (error) {
    if (force) await forgetIfFree(core, name);
    throw failedTo('get', name, error);
  }
  if (force) return undefined;
  throw failedTo('get', name, notFound('no such volume'));
}

/**
 * Drops what is known of a volume that its driver does not have, or of which it gives no answer and the user insists.
 * The caller holds the lock of its name; a volume that is held stays known.
 */
export async function forgetIfFree(core: Core, name: string): Promise<void> {
  const driver = core.store.peek(name)?.driver;
  if (driver === undefined || !isForgetter(driver) || core.references.count(name) > 0) return;
  await core.references.whileFree(name, () => driver.forget(name));
}

async function removeFrom(driver: VolumeDriver, name: string, { force }: { force: boolean }): Promise<void> {
  try {
    await driver.remove(name);
  } catch (error) {
    if (force && isForgetter(driver)) await driver.forget(name);
    throw error;
  }
}
