export { type FileSystemType, makeImage, mountImage, unmountImage } from './image.ts';
