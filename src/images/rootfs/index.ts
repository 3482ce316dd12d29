export { type Change, changesOf } from './changes.ts';
export { exportDiff } from './export-diff.ts';
export { makeInitLayer } from './init-layer.ts';
export {
  layersBelow,
  makeReadOnlyRootfs,
  makeRootfs,
  mergedDir,
  mountOverlay,
  type OverlayOptions,
  unmountOverlay,
  upperDir,
} from './overlay.ts';
