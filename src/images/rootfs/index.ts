export { type Change, changesOf } from './changes.ts';
export { exportDiff } from './export-diff.ts';
export { layersBelow, makeRootfs, mountOverlay, unmountOverlay, upperDir } from './overlay.ts';
