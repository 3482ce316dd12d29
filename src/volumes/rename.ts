import { conflict, invalidArgument } from '../errors/index.ts';
import { isRenamer } from './capabilities.ts';
import type { Core } from './core.ts';
import { failedTo } from './operation-error.ts';
import type { Volume } from './volume.ts';

/**
 * Gives a volume another name, durably; the caller holds the locks of both. Its snapshots go along. Not while anybody holds it:
 * a container, also a stopped one, knows it by its name. Raises `rename`.
 * @throws not-found `rename NAME: no such volume`; conflict `rename NAME: volume is in use - [holder, …]`, or where the new name
 *   is taken; invalid-argument for a name that cannot be one.
 */
export async function renameVolume(core: Core, name: string, to: string): Promise<Volume> {
  try {
    const { driver } = await core.store.require(name);
    if (!isRenamer(driver)) throw invalidArgument(`driver "${driver.name}" cannot rename a volume`);
    if ((await core.store.find(to)) !== undefined) throw conflict(`there is a volume ${to} already`);
    const volume = await core.references.whileFree(to, () =>
      core.references.whileFree(name, () => driver.rename(name, to)),
    );
    core.emit({ type: 'volume', action: 'rename', id: to, attributes: { driver: driver.name, from: name } });
    return volume;
  } catch (error) {
    throw failedTo('rename', name, error);
  }
}
