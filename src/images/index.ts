export { decompressStream } from './compression.ts';
export type { Image } from './image.ts';
export { type Change, layersBelow, mergedDir, upperDir } from './rootfs/index.ts';
export { ImageService } from './service.ts';
