import { chmodSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { invalidArgument, messageOf } from '../errors/index.ts';
import { fromNode, makeFolders, statfs } from '../host/index.ts';

/** What shows the kernel's own state as files, and keeps none of anybody else. */
const keptByKernel: ReadonlySet<string> = new Set(['proc', 'sysfs', 'cgroup', 'cgroup2']);

/**
 * Makes one of the daemon's two folders. Its mode is set even where it was there: others must not look into volumes and
 * images.
 * @param setting its name among the settings, for the message
 * @throws invalid-argument where it cannot be made; nothing was made or changed then.
 */
export function makeRoot(setting: 'data-root' | 'exec-root', path: string, mode: number): void {
  const { type } = statfs(nearestThere(path));
  if (keptByKernel.has(type)) {
    throw invalidArgument(
      `${setting} cannot be ${path}: it lies on a file system of type ${type}, which keeps no files`,
    );
  }
  try {
    makeFolders(path, mode);
    chmodSync(path, mode);
  } catch (error) {
    throw invalidArgument(`${setting} cannot be ${path}: ${messageOf(fromNode(error, `mkdir ${path}`))}`, error);
  }
}

/** The path itself, or the first above it that is there. */
function nearestThere(path: string): string {
  let there = path;
  while (!existsSync(there) && there !== '/') there = dirname(there);
  return there;
}
