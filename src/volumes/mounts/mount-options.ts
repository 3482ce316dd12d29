import { systemError } from '../../errors/index.ts';
import { hasRecursiveReadOnly } from '../../host/index.ts';
import type { MountPoint } from './mount-point.ts';
import { tmpfsData, tmpfsOptions } from './tmpfs.ts';

/** How a runtime mounts something: what the OCI runtime specification calls `type` and `options`. */
interface RuntimeMount {
  type: 'bind' | 'tmpfs';
  options: string[];
}

/** A `--tmpfs /path:options`, which is no mount point. */
interface TmpfsMount {
  type: 'tmpfs';
  options: string;
}

/**
 * The type and options of a container's mount; the source is the caller's to find, since only a mounted volume has one.
 * @throws system for options that no tmpfs takes, or that contradict each other: as with Docker, only at start.
 */
export function mountOptions(mount: MountPoint | TmpfsMount): RuntimeMount {
  if (mount.type !== 'tmpfs') return { type: 'bind', options: bindOptions(mount) };
  const data = 'spec' in mount ? tmpfsData(mount.spec) : mount.options;
  return { type: 'tmpfs', options: tmpfsOptions(data) };
}

/** Recursive, unless told not to. */
function bindOptions(mount: MountPoint): string[] {
  const recursion = mount.spec.BindOptions?.NonRecursive ? 'bind' : 'rbind';
  return [recursion, ...readOnlyOptions(mount), mount.propagation || 'rprivate'];
}

/**
 * Read-only reaches into what is mounted inside, as with Docker since API 1.44, where kernel and runtime can do it (10.3).
 * `ro` goes with `rro`: a runtime that does not know the latter passes it over.
 */
function readOnlyOptions({ rw, spec }: MountPoint): string[] {
  const { NonRecursive = false, ReadOnlyNonRecursive = false, ReadOnlyForceRecursive = false } = spec.BindOptions ?? {};
  if (rw && ReadOnlyNonRecursive) throw conflicting('!ReadOnly && ReadOnlyNonRecursive');
  if (rw && ReadOnlyForceRecursive) throw conflicting('!ReadOnly && ReadOnlyForceRecursive');
  if (ReadOnlyNonRecursive && ReadOnlyForceRecursive)
    throw conflicting('ReadOnlyNonRecursive && ReadOnlyForceRecursive');
  if (rw) return [];
  if (NonRecursive || ReadOnlyNonRecursive) return ['ro'];
  if (hasRecursiveReadOnly()) return ['ro', 'rro'];
  if (ReadOnlyForceRecursive) throw systemError('recursive read-only mounts need Linux 5.12 or newer');
  return ['ro'];
}

const conflicting = (what: string) => systemError(`mount options conflict: ${what}`);
