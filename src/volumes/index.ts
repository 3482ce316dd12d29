export {
  type MountPlan,
  type MountPoint,
  makeBindSource,
  mountOptions,
  planMounts,
  populate,
  takeOver,
  toMountSummary,
  withVolume,
} from './mounts/index.ts';
export { VolumeService } from './service.ts';
