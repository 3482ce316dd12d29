import { invalidArgument } from '../../errors/index.ts';
import { type ApiVersion, atLeast, type Mount } from '../../wire/index.ts';
import { noBindOptions } from './bind.ts';
import type { MountPoint } from './mount-point.ts';

/** Which options belong to which type; on another they are refused since API 1.42, and were dropped before. */
const optionsOf = { VolumeOptions: 'volume', BindOptions: 'bind', TmpfsOptions: 'tmpfs' } as const;

/**
 * A mount as a client of this API version means it: what came later than the version is left out, as an older daemon
 * would, or refused where leaving it out would mount something else.
 * @throws invalid-argument naming the version that is needed.
 */
export function adaptMount(asked: Mount, version: ApiVersion): Mount {
  const mount = withOwnOptions(asked, version);
  if (mount.Type === 'image' && !atLeast(version, '1.48')) {
    throw invalidArgument('Mount type "Image" needs API v1.48 or newer');
  }
  if (mount.VolumeOptions?.Subpath && !atLeast(version, '1.45')) throw needs('VolumeOptions.Subpath', '1.45');
  if (mount.BindOptions?.ReadOnlyForceRecursive && !atLeast(version, '1.44')) {
    throw needs('BindOptions.ReadOnlyForceRecursive', '1.44');
  }
  return mount.Type === 'bind' ? withBindOptionsOf(mount, version) : mount;
}

const needs = (field: string, version: string) => invalidArgument(`${field} needs API v${version} or newer`);

function withOwnOptions(asked: Mount, version: ApiVersion): Mount {
  const mount = { ...asked };
  for (const [field, type] of Object.entries(optionsOf) as Array<[keyof typeof optionsOf, string]>) {
    if (mount.Type === type || mount[field] === undefined || mount[field] === null) continue;
    if (atLeast(version, '1.42')) {
      throw invalidArgument(`${field} must not be specified on mount type ${JSON.stringify(mount.Type)}`);
    }
    if (field !== 'BindOptions') mount[field] = undefined;
  }
  return mount;
}

function withBindOptionsOf(mount: Mount, version: ApiVersion): Mount {
  const { BindOptions } = mount;
  if (!BindOptions) return readOnlyAsOf(mount, version);
  const options = {
    ...BindOptions,
    NonRecursive: BindOptions.NonRecursive && atLeast(version, '1.40'),
    CreateMountpoint: BindOptions.CreateMountpoint && atLeast(version, '1.42'),
    ReadOnlyNonRecursive: BindOptions.ReadOnlyNonRecursive && atLeast(version, '1.44'),
  };
  return readOnlyAsOf({ ...mount, BindOptions: options }, version);
}

/** Before API 1.44 read-only did not reach into what is mounted inside the source. */
function readOnlyAsOf(mount: Mount, version: ApiVersion): Mount {
  if (!mount.ReadOnly || atLeast(version, '1.44')) return mount;
  return { ...mount, BindOptions: { ...(mount.BindOptions ?? noBindOptions), ReadOnlyNonRecursive: true } };
}

/** The same for a `-v`. */
export function adaptBind(mountPoint: MountPoint, version: ApiVersion): MountPoint {
  return mountPoint.type === 'bind' ? { ...mountPoint, spec: readOnlyAsOf(mountPoint.spec, version) } : mountPoint;
}
