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
 * @throws system for options that no tmpfs takes.
 */
export function mountOptions(mount: MountPoint | TmpfsMount): RuntimeMount {
  if (mount.type !== 'tmpfs') return { type: 'bind', options: bindOptions(mount) };
  const data = 'spec' in mount ? tmpfsData(mount.spec) : mount.options;
  return { type: 'tmpfs', options: tmpfsOptions(data) };
}

/** Recursive, unless told not to; read-only too reaches into what is mounted inside, as with Docker since API 1.44. */
function bindOptions({ rw, propagation, spec }: MountPoint): string[] {
  const { NonRecursive = false, ReadOnlyNonRecursive = false } = spec.BindOptions ?? {};
  const readOnly = NonRecursive || ReadOnlyNonRecursive ? 'ro' : 'rro';
  return [NonRecursive ? 'bind' : 'rbind', ...(rw ? [] : [readOnly]), propagation || 'rprivate'];
}
