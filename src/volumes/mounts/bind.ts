import { HoldfastError, messageOf, systemError } from '../../errors/index.ts';
import type { Mount } from '../../wire/index.ts';
import { matchUser } from './id-mapping.ts';
import { parseMode } from './mode.ts';
import { emptySpec, type MountPoint, mountPointOf } from './mount-point.ts';
import { validateMount } from './validate.ts';

/**
 * Reads one entry of `HostConfig.Binds`, what `-v` sends: `target`, `source:target` or `source:target:mode`. A source that
 * begins with "/" is a path on the host, any other a volume's name.
 * @param volumeDriver for a volume that has to be made; "" for none asked for.
 * @throws system `invalid volume specification: '…'` or `invalid mode: …`. Docker's errors here have no kind, so its
 *   clients see a 500 and so do ours.
 */
export function parseBind(raw: string, volumeDriver = ''): MountPoint {
  const { source, target, mode: rawMode } = splitBind(raw);
  const mode = parseMode(rawMode);
  if (mode === undefined) throw systemError(`invalid mode: ${rawMode}`);
  const type = source.startsWith('/') ? 'bind' : 'volume';
  const spec: Mount = {
    ...emptySpec,
    Type: type,
    Source: source,
    Target: target,
    ReadOnly: mode.readOnly,
    Chown: mode.takeOver,
  };
  const IDMapping = mode.mapOwner ? matchUser : undefined;
  if (mode.noCopy || (type === 'volume' && (volumeDriver !== '' || mode.mapOwner))) {
    const DriverConfig = volumeDriver === '' ? undefined : { Name: volumeDriver, Options: null };
    spec.VolumeOptions = { NoCopy: mode.noCopy, Labels: null, Subpath: '', DriverConfig, IDMapping };
  }
  if (mode.propagation !== '' || (type === 'bind' && mode.mapOwner)) {
    spec.BindOptions = { ...noBindOptions, Propagation: mode.propagation, IDMapping };
  }
  refuseInvalid(raw, spec);
  return { ...mountPointOf(spec), mode: rawMode, relabelled: mode.relabelled, createSource: type === 'bind' };
}

export const noBindOptions = {
  Propagation: '',
  NonRecursive: false,
  CreateMountpoint: false,
  ReadOnlyNonRecursive: false,
  ReadOnlyForceRecursive: false,
};

function splitBind(raw: string): { source: string; target: string; mode: string } {
  const [first = '', second, third = '', ...more] = raw.split(':');
  if (first === '' || more.length > 0) throw invalidSpecification(raw);
  if (second === undefined) return { source: '', target: first, mode: '' };
  const onlyTwo = raw.indexOf(':') === raw.lastIndexOf(':');
  // `/path:ro` names a target and a mode, which together are no volume.
  if (onlyTwo && parseMode(second) !== undefined) throw invalidSpecification(raw);
  return { source: first, target: second, mode: third };
}

const invalidSpecification = (raw: string) => systemError(`invalid volume specification: '${raw}'`);

function refuseInvalid(raw: string, spec: Mount): void {
  try {
    validateMount(spec);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw systemError(`invalid volume specification: '${raw}': ${messageOf(error)}`, error);
  }
}
