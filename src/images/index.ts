export { jsonWords } from './changes/instructions.ts';
export { expand, splitWords } from './changes/words.ts';
export type { Image } from './image.ts';
export { hostPlatform, parsePlatform } from './manifest.ts';
export { newTag } from './names.ts';
export { parseReference } from './reference.ts';
export { type Change, layersBelow, mergedDir, upperDir } from './rootfs/index.ts';
export { ImageService } from './service.ts';
