export { PluginDrivers } from './drivers/plugin/index.ts';
export type { Forecast } from './forecast/index.ts';
export type { Freeze, Freezer } from './freezer.ts';
export {
  cleanPath,
  isHostFolder,
  type MountPlan,
  type MountPoint,
  makeBindSource,
  matchOwner,
  mountOptions,
  parseVolumesFrom,
  planMounts,
  populate,
  relabel,
  settlePropagation,
  takeOver,
  toMountSummary,
  withVolume,
} from './mounts/index.ts';
export { isAnonymous } from './name.ts';
export { optionMount } from './options.ts';
export { isProtected } from './protect.ts';
export { decodeRecord, encodeRecord, type VolumeRecord } from './record.ts';
export { VolumeService } from './service.ts';
export type { PoolRoom, VolumeSight, VolumeView } from './sight.ts';
export { parseTrashSize, type TrashSettings } from './trash/index.ts';
export type { Volume } from './volume.ts';
