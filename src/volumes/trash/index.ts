export { type Kept, TrashKeeper } from './keeper.ts';
export { noTrash, parseTrashSize, type TrashSettings } from './settings.ts';
export { replaceData, tellTrashed, VolumeTrash } from './trash.ts';
