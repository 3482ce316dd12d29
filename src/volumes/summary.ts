import type { VolumeSummary } from '../wire/index.ts';
import type { Volume } from './volume.ts';

/** A volume as the API answers it. `Status` is left out where the driver has none. */
export function toSummary(volume: Volume): VolumeSummary {
  const { name, driver, mountpoint, createdAt, labels, options, scope, status } = volume;
  return {
    CreatedAt: createdAt,
    Driver: driver,
    Labels: labels,
    Mountpoint: mountpoint,
    Name: name,
    Options: options,
    Scope: scope,
    ...(status === undefined ? {} : { Status: status }),
  };
}
