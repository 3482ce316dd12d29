export { isAbsent } from './failure.ts';
export { maskedLocation } from './masked.ts';
export { type Access, restic } from './restic.ts';
export {
  consistencyTag,
  dumpFile,
  listSnapshots,
  ownTag,
  restoreSize,
  type Snapshot,
  volumeTag,
} from './snapshots.ts';
