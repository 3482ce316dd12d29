import type { Stats } from 'node:fs';

/** Where every container has files of its own mounted; the runtime makes an empty file below each that is missing. */
const mountedOver: ReadonlySet<string> = new Set(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf']);

/** Tells whether a file is there only to be mounted over: it is no change of the container's, and no part of an image. */
export const isPlaceholder = (path: string, stats: Stats): boolean =>
  mountedOver.has(path) && stats.isFile() && stats.size === 0;
