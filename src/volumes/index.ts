export {
  isHostFolder,
  type MountPlan,
  type MountPoint,
  makeBindSource,
  matchOwner,
  mountOptions,
  planMounts,
  populate,
  takeOver,
  toMountSummary,
  withVolume,
} from './mounts/index.ts';
export { optionMount } from './options.ts';
export { VolumeService } from './service.ts';
