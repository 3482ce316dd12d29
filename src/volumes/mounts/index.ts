export { makeBindSource } from './bind-source.ts';
export { matchOwner } from './id-mapping.ts';
export { mountOptions } from './mount-options.ts';
export type { MountPoint } from './mount-point.ts';
export { type MountPlan, planMounts, withVolume } from './plan.ts';
export { populate } from './populate.ts';
export { toMountSummary } from './summary.ts';
export { isHostFolder, takeOver } from './take-over.ts';
