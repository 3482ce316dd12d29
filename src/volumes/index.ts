export type { VolumeRequest } from './create.ts';
export { MemoryDriver } from './drivers/memory/index.ts';
export type { MountEvent, MountUse, UnmountUse } from './mount.ts';
export * from './mounts/index.ts';
export type { PruneResult } from './prune.ts';
export { VolumeService, type VolumeServiceOptions } from './service.ts';
export type { VolumeUsage } from './usage.ts';
export type { Listing, NewVolume, Volume, VolumeDriver, VolumeScope } from './volume.ts';
