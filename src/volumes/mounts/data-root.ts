import { invalidArgument } from '../../errors/index.ts';
import type { MountPoint } from './mount-point.ts';

/**
 * A bind that shows the engine's own folder, or something above it, to a container. Mounts made in there must not be
 * kept from going away by a copy in the container, so such a bind follows what the host does: rslave (10.2).
 * The test is Docker's: of plain prefixes, both ways.
 * @throws invalid-argument where another propagation was asked for, except rshared.
 */
export function guardDataRoot(mountPoint: MountPoint, dataRoot: string): MountPoint {
  const { type, spec } = mountPoint;
  if (type !== 'bind' || !(spec.Source.startsWith(dataRoot) || dataRoot.startsWith(spec.Source))) return mountPoint;
  const asked = spec.BindOptions?.Propagation ?? '';
  if (asked === 'rshared') return mountPoint;
  if (asked === '' || asked === 'rslave') return { ...mountPoint, propagation: 'rslave' };
  throw invalidArgument(
    `invalid mount config: must use either propagation mode "rslave" or "rshared" when mount source is within the daemon root, daemon root: "${dataRoot}", bind mount source: "${spec.Source}", propagation: "${asked}"`,
  );
}
