import { isMountAdopter } from './capabilities.ts';
import type { Core } from './core.ts';
import { failedTo } from './operation-error.ts';
import type { Found } from './store.ts';

/** One use of a volume's data. */
export interface MountUse {
  /** Unique to this mount: one container that has the volume at two places has two of them. */
  mountId: string;
  /** For a mount that users are to see in the events; absent for the engine's own (copy-up, backups). */
  event?: MountEvent;
}

interface MountEvent {
  /** The container's id. */
  container: string;
  destination: string;
  readWrite: boolean;
  /** "" where the mount has none of its own. */
  propagation: string;
}

export interface UnmountUse {
  mountId: string;
  event?: Pick<MountEvent, 'container'>;
}

/** Makes the data reachable; the caller holds the lock of the name. @returns the path to bind. */
export async function mountVolume(core: Core, name: string, { mountId, event }: MountUse): Promise<string> {
  const { driver } = await requireVolume(core, name);
  const path = await driver.mount(name, mountId);
  if (event !== undefined) {
    const { container, destination, readWrite, propagation } = event;
    const attributes = { driver: driver.name, container, destination, 'read/write': String(readWrite), propagation };
    core.emit({ type: 'volume', action: 'mount', id: name, attributes });
  }
  return path;
}

/** Gives a mount back; the caller holds the lock of the name. A volume that is gone has nothing to give back. */
export async function unmountVolume(core: Core, name: string, { mountId, event }: UnmountUse): Promise<void> {
  const driver = core.store.peek(name)?.driver;
  if (driver === undefined) return;
  try {
    await driver.unmount(name, mountId);
  } finally {
    if (event !== undefined) {
      const attributes = { driver: driver.name, container: event.container };
      core.emit({ type: 'volume', action: 'unmount', id: name, attributes });
    }
  }
}

/** Counts a mount that outlived an earlier daemon, where the driver can. One volume's trouble must not keep a daemon from starting. */
export function adoptMount(core: Core, name: string, mountId: string): void {
  try {
    const driver = core.store.peek(name)?.driver;
    if (driver !== undefined && isMountAdopter(driver)) driver.adopt(name, mountId);
  } catch (error) {
    core.log.warn({ volume: name, err: error }, 'could not take over a mount of a running container');
  }
}

async function requireVolume(core: Core, name: string): Promise<Found> {
  try {
    return await core.store.require(name);
  } catch (error) {
    throw failedTo('get', name, error);
  }
}
