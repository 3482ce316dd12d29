import type { MountSummary } from '../../wire/index.ts';
import type { MountPoint } from './mount-point.ts';

/** A mount as inspect and list show it. `Name` and `Driver` are left out where there is none. */
export function toMountSummary(mountPoint: MountPoint): MountSummary {
  const { type, name, source, destination, driver, mode, rw, propagation } = mountPoint;
  return {
    Type: type,
    ...(name === '' ? {} : { Name: name }),
    Source: source,
    Destination: destination,
    ...(driver === '' ? {} : { Driver: driver }),
    Mode: mode,
    RW: rw,
    Propagation: propagation,
  };
}
