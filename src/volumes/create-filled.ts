import { conflict, notImplemented } from '../errors/index.ts';
import { isFiller } from './capabilities.ts';
import type { Core } from './core.ts';
import { refuseIfHeld, type VolumeRequest } from './create.ts';
import { failedTo } from './operation-error.ts';
import type { Volume } from './volume.ts';

/**
 * Makes a volume that has data from the start: nobody sees it before `fill` has ended. The caller holds the lock of its name.
 * Raises `create`.
 * @param fill puts the data into the empty folder of that path.
 * @throws conflict where there is a volume of that name; not-implemented where the driver keeps data elsewhere; what the
 *   driver refuses and `fill` throws. Nothing is left then.
 */
export async function createFilled(
  core: Core,
  request: Omit<VolumeRequest, 'mustExist'>,
  fill: (data: string) => Promise<void>,
): Promise<Volume> {
  const { name, labels, options } = request;
  try {
    const driver = await core.drivers.find(request.driver || 'local');
    if ((await core.store.find(name)) !== undefined) throw conflict('there is a volume of that name');
    refuseIfHeld(core, name);
    if (!isFiller(driver))
      throw notImplemented(`driver "${driver.name}" cannot make a volume that has data from the start`);
    const volume = await driver.createFilled({ name, labels, options }, fill);
    core.emit({ type: 'volume', action: 'create', id: name, attributes: { driver: driver.name } });
    return volume;
  } catch (error) {
    throw failedTo('create', name, error);
  }
}
