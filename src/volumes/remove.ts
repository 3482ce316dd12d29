import { notFound } from '../errors/index.ts';
import { codeOf } from '../host/index.ts';
import { type Discarded, isForgetter } from './capabilities.ts';
import type { Core } from './core.ts';
import { failedTo } from './operation-error.ts';
import { isProtected, refuseProtected } from './protect.ts';
import type { Found } from './store.ts';
import type { VolumeDriver } from './volume.ts';

/** How a volume is to be removed. */
export interface RemoveOptions {
  force: boolean;
  /** Deletes it for good; else it goes into the trash, where there is one for it. */
  now?: boolean;
  /** It is an anonymous volume of a `--rm` container, which few people miss. */
  autoRemoved?: boolean;
}

/**
 * Removes a volume that nobody holds; the caller holds the lock of its name. Raises `destroy`.
 * @returns what has gone into the trash, to be told of by `tellTrashed`; undefined for what is gone for good.
 * @param options.force a volume that is not there is fine, and one whose driver fails to remove it is forgotten (though
 *   the failure is told all the same). Holders are respected with and without it.
 * @throws conflict `remove NAME: volume is in use - [holder, …]`, and for a protected volume; not-found `get NAME: no such
 *   volume`; what the driver throws.
 */
export async function removeVolume(core: Core, name: string, options: RemoveOptions): Promise<Discarded | undefined> {
  const found = await findToRemove(core, name, options);
  if (found === undefined) return undefined;
  const { volume, driver } = found;
  let discarded: Discarded | undefined;
  try {
    refuseProtected(volume);
    discarded = await core.references.whileFree(name, () => discardOrRemove(core, driver, { name, ...options }));
  } catch (error) {
    throw failedTo('remove', name, error);
  }
  core.emit({ type: 'volume', action: 'destroy', id: name, attributes: { driver: driver.name } });
  return discarded;
}

async function discardOrRemove(
  core: Core,
  driver: VolumeDriver,
  { name, now = false, autoRemoved = false, force }: RemoveOptions & { name: string },
): Promise<Discarded | undefined> {
  const keeping = now ? undefined : core.trash.keeps(driver, autoRemoved);
  if (keeping !== undefined) {
    try {
      return await keeping.discard(name);
    } catch (error) {
      // Not even a name finds room: whoever removes volumes then wants them gone.
      if (!isFull(error)) throw error;
      core.log.warn({ volume: name, err: error }, 'the disk is full: a removed volume is deleted at once');
    }
  }
  await removeFrom(driver, name, { force });
  return undefined;
}

function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT' || isFull(error.cause);
}

/** Undefined where there is nothing to remove, and that is fine. */
async function findToRemove(core: Core, name: string, { force }: { force: boolean }): Promise<Found | undefined> {
  try {
    const found = await core.store.find(name);
    if (found !== undefined) return found;
    await forgetIfFree(core, name);
  } catch (error) {
    if (force) await insist(core, name);
    throw failedTo('get', name, error);
  }
  if (force) return undefined;
  throw failedTo('get', name, notFound('no such volume'));
}

/** Forgets a volume whose driver gives no answer; its label is in our record, and may say no. */
async function insist(core: Core, name: string): Promise<void> {
  const known = core.store.peek(name)?.volume;
  if (known !== undefined && isProtected(known)) return;
  await forgetIfFree(core, name);
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
