import { posix } from 'node:path';

/**
 * A path as the API takes it, made absolute and clean. A slash or `/.` at its end stays: it asks for what a link at the
 * end leads to, and for a folder's content instead of the folder.
 */
export function containerPath(path: string): string {
  const clean = posix.resolve('/', path);
  if (/(^|\/)\.$/.test(path)) return clean === '/' ? '/.' : `${clean}/.`;
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}

/** The last part of a path: "/" for the root folder, "." for a folder's content. */
export function lastPart(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** The folder a path's last part lies in. */
export function folderOf(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed.slice(0, trimmed.lastIndexOf('/')) || '/';
}
