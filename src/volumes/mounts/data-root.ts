import { invalidArgument } from '../../errors/index.ts';
import type { MountPoint } from './mount-point.ts';

/** Whether a path lies in the engine's own folder or above it. The test is Docker's: of plain prefixes, both ways. */
export const touchesDataRoot = (path: string, dataRoot: string): boolean =>
  path.startsWith(dataRoot) || dataRoot.startsWith(path);

/**
 * A bind that shows the engine's own folder, or something above it, to a container. Mounts made in there must not be
 * kept from going away by a copy in the container, so such a bind follows what the host does: rslave (10.2).
 * @throws invalid-argument where another propagation was asked for, except rshared.
 */
export function guardDataRoot(mountPoint: MountPoint, dataRoot: string): MountPoint {
  const { type, source, spec } = mountPoint;
  if (type !== 'bind' || !touchesDataRoot(source, dataRoot)) return mountPoint;
  const asked = spec.BindOptions?.Propagation ?? '';
  if (asked === 'rshared') return mountPoint;
  if (asked === '' || asked === 'rslave') return { ...mountPoint, propagation: 'rslave' };
  throw invalidArgument(
    `invalid mount config: must use either propagation mode "rslave" or "rshared" when mount source is within the daemon root, daemon root: "${dataRoot}", bind mount source: "${source}", propagation: "${asked}"`,
  );
}
