import { systemError } from '../errors/index.ts';
import { type MountEntry, mountTable } from '../host/index.ts';
import type { MountPoint } from '../volumes/index.ts';

type Place = Pick<MountPoint, 'destination' | 'spec'>;

/**
 * Checks, in a container that was created and does not run yet, that the mounts which have to be read-only in all their depth
 * (`bind-recursive=readonly`) are: a runtime that does not know how would pass the wish over without a word (10.3).
 * @param pid of the container's process
 * @throws system naming what is writable
 */
export function checkForcedReadOnly(mountPoints: readonly Place[], pid: number, table = mountTable): void {
  const forced = mountPoints.filter(({ spec }) => spec.BindOptions?.ReadOnlyForceRecursive === true);
  if (forced.length === 0) return;
  const entries = table(pid);
  for (const mountPoint of forced) {
    const writable = entries.find((entry) => isWritablePart(entry, mountPoint, mountPoints));
    if (writable === undefined) continue;
    throw systemError(
      `the OCI runtime cannot make ${mountPoint.destination} read-only in all its depth: ${writable.mountpoint} is writable. Use another runtime, or bind-recursive=enabled`,
    );
  }
}

/** What is mounted over by another mount of the container has rules of its own. */
function isWritablePart({ mountpoint, options }: MountEntry, { destination }: Place, all: readonly Place[]): boolean {
  if (options.includes('ro') || !isWithin(mountpoint, destination)) return false;
  const others = all.filter((other) => other.destination !== destination && isWithin(other.destination, destination));
  return !others.some((other) => isWithin(mountpoint, other.destination));
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
