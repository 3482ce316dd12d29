import { HoldfastError, invalidArgument } from '../../errors/index.ts';
import type { Mount } from '../../wire/index.ts';
import { checkIdMapping } from './id-mapping.ts';
import { propagations } from './mode.ts';
import { checkAbsolute, checkDestination, isLocalPath } from './path.ts';
import { tmpfsData } from './tmpfs.ts';

/**
 * Checks one entry of `HostConfig.Mounts`, all but whether a bind's source exists.
 * @throws invalid-argument `invalid mount config for type "…": …`, in Docker's words.
 */
export function validateMount(mount: Mount): void {
  try {
    checkDestination(mount.Target);
    const check = Object.hasOwn(checks, mount.Type) ? checks[mount.Type] : undefined;
    if (check === undefined) throw invalidArgument('mount type unknown');
    check(mount);
    checkIdMapping(mount);
  } catch (error) {
    throw error instanceof HoldfastError ? invalidMount(mount, error.message) : error;
  }
}

/** How Docker words whatever is wrong with a mount. */
export const invalidMount = (mount: Mount, reason: string): HoldfastError =>
  invalidArgument(`invalid mount config for type "${mount.Type}": ${reason}`);

const checks: Readonly<Record<string, (mount: Mount) => void>> = {
  bind: checkBind,
  volume: checkVolume,
  tmpfs: checkTmpfs,
  image: checkImage,
};

function checkBind(mount: Mount): void {
  require(mount, 'Source');
  const propagation = mount.BindOptions?.Propagation ?? '';
  if (propagation !== '' && !propagations.includes(propagation)) {
    throw invalidArgument(`invalid propagation mode: ${propagation}`);
  }
  refuse(mount, 'VolumeOptions', 'TmpfsOptions', 'ImageOptions');
  checkAbsolute(mount.Source);
}

function checkVolume(mount: Mount): void {
  refuse(mount, 'BindOptions', 'TmpfsOptions', 'ImageOptions');
  const anonymous = mount.Source === '';
  const subpath = mount.VolumeOptions?.Subpath ?? '';
  if (subpath !== '' && anonymous) throw invalidArgument('must not set Subpath when using anonymous volumes');
  checkSubpath(subpath);
  if (mount.ReadOnly && anonymous) throw invalidArgument('must not set ReadOnly mode when using anonymous volumes');
}

function checkTmpfs(mount: Mount): void {
  refuse(mount, 'Source', 'Chown', 'BindOptions', 'VolumeOptions', 'ImageOptions');
  tmpfsData(mount);
}

function checkImage(mount: Mount): void {
  refuse(mount, 'Chown', 'BindOptions', 'VolumeOptions', 'TmpfsOptions');
  require(mount, 'Source');
  checkSubpath(mount.ImageOptions?.Subpath ?? '');
}

function checkSubpath(subpath: string): void {
  if (subpath !== '' && !isLocalPath(subpath)) {
    throw invalidArgument('subpath must be a relative path within the volume');
  }
}

function require(mount: Mount, field: 'Source'): void {
  if (mount[field] === '') throw invalidArgument(`field ${field} must not be empty`);
}

function refuse(mount: Mount, ...fields: ReadonlyArray<keyof Mount>): void {
  const extra = fields.find((field) => !['', false, undefined, null].includes(mount[field] as string));
  if (extra !== undefined) throw invalidArgument(`field ${extra} must not be specified`);
}
