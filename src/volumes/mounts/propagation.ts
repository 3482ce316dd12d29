import { realpathSync } from 'node:fs';
import { systemError } from '../../errors/index.ts';
import { fromNode, type MountEntry, mountTable } from '../../host/index.ts';
import { touchesDataRoot } from './data-root.ts';
import type { MountPoint } from './mount-point.ts';

/**
 * Checks, at start, that a mount can propagate as asked: `shared` needs a source on a shared mount, `slave` one on a shared or
 * slave mount (10.1). A bind of the engine's own folders is rslave by itself (10.2): where the host's mounts propagate
 * nothing there is nothing to follow, and it is mounted privately.
 * @returns the mount point to mount
 * @throws system `path … is mounted on … but it is not a shared mount`
 */
export function settlePropagation(
  mountPoint: MountPoint,
  dataRoot: string,
  table: () => MountEntry[] = mountTable,
): MountPoint {
  const { propagation, source } = mountPoint;
  const needed = propagation.replace(/^r/, '');
  if (needed !== 'shared' && needed !== 'slave') return mountPoint;
  const entry = mountOf(source, table());
  const has = (prefix: string): boolean => entry?.propagation.some((word) => word.startsWith(prefix)) === true;
  if (has('shared:') || (needed === 'slave' && has('master:'))) return mountPoint;
  if (needed === 'slave' && touchesDataRoot(source, dataRoot)) return { ...mountPoint, propagation: 'rprivate' };
  const wanted = needed === 'shared' ? 'a shared mount' : 'a shared or slave mount';
  throw systemError(`path ${source} is mounted on ${entry?.mountpoint ?? '/'} but it is not ${wanted}`);
}

/** The mount that a path is on: of the deepest place above it the newest mount, which covers the others. */
function mountOf(source: string, entries: readonly MountEntry[]): MountEntry | undefined {
  const path = realPath(source);
  const depth = ({ mountpoint }: MountEntry): number => mountpoint.length;
  return entries
    .filter(({ mountpoint }) => path === mountpoint || path.startsWith(mountpoint === '/' ? '/' : `${mountpoint}/`))
    .reduce<MountEntry | undefined>((best, entry) => (best && depth(best) > depth(entry) ? best : entry), undefined);
}

function realPath(source: string): string {
  try {
    return realpathSync(source);
  } catch (error) {
    throw fromNode(error, `stat ${source}`);
  }
}
