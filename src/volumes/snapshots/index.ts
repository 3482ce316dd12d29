export { type CloneSource, type CloneTools, withSource } from './clone.ts';
export { dataOf } from './folder.ts';
export { checkSnapshotLabels } from './schedule.ts';
export { Snapshots } from './snapshots.ts';
export type { WorkTools } from './take.ts';
