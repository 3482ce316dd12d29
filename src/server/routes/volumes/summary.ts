import type { VolumeSummary } from '../../../wire/index.ts';
import type { VolumeFacts } from './backend.ts';

/** A volume as list, inspect and create answer it. */
export function volumeSummary(volume: VolumeFacts): VolumeSummary {
  return {
    CreatedAt: volume.createdAt,
    Driver: volume.driver,
    Labels: volume.labels,
    Mountpoint: volume.mountpoint,
    Name: volume.name,
    Options: volume.options,
    Scope: volume.scope,
    ...(volume.status !== undefined && { Status: volume.status }),
  };
}
