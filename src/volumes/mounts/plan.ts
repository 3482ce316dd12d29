import { invalidArgument } from '../../errors/index.ts';
import { type ApiVersion, atLeast, type Mount } from '../../wire/index.ts';
import type { VolumeRequest } from '../create.ts';
import type { Volume } from '../volume.ts';
import { adaptBind, adaptMount } from './api-version.ts';
import { parseBind } from './bind.ts';
import { checkBindSource, existsOnHost, type SourceExists } from './bind-source.ts';
import { guardDataRoot } from './data-root.ts';
import { emptySpec, type MountPoint, mountPointOf } from './mount-point.ts';
import { checkAbsolute, checkDestination, cleanPath } from './path.ts';
import { checkTakeOver } from './take-over.ts';
import { validateMount } from './validate.ts';
import { inheritedFrom, parseVolumesFrom } from './volumes-from.ts';

/** Everything in a request, and in what it refers to, that says what is to be mounted. */
export interface MountPlanInput {
  /** `HostConfig.Binds`. */
  binds: readonly string[];
  /** `HostConfig.Mounts`. */
  mounts: readonly Mount[];
  /** `HostConfig.Tmpfs`: options by path. */
  tmpfs: Readonly<Record<string, string>>;
  /** `HostConfig.VolumesFrom`, each as written and with the mounts of the container that it names. */
  volumesFrom: ReadonlyArray<{ spec: string; mountPoints: readonly MountPoint[] }>;
  /** Paths of the request's and the image's `Config.Volumes`. */
  configVolumes: readonly string[];
  /** `HostConfig.VolumeDriver`: for volumes of `binds` and `configVolumes` that have to be made. */
  volumeDriver: string;
  apiVersion: ApiVersion;
  /** Absolute path of the engine's own folder. */
  dataRoot: string;
  /** How to tell whether a bind's source is there; asks the host where not given. */
  sourceExists?: SourceExists;
}

/** One mount of a container that is being made. */
interface PlannedMount {
  mountPoint: MountPoint;
  /** The volume that has to be there; {@link withVolume} then completes the mount point. Absent for what is no volume. */
  volume?: VolumeRequest;
}

export interface MountPlan {
  /** At most one for each destination, in the order in which volumes are to be made. */
  entries: PlannedMount[];
  /** For the user, in sentences. */
  warnings: string[];
}

/**
 * Works out what a container has mounted where, and makes nothing. Later sources win over earlier ones: volumes-from in
 * their order, then binds and mounts, which may not collide with each other or with a tmpfs; the image's and the
 * request's `Volumes` fill only what is still free (14.1).
 * @throws invalid-argument, or system for the grammar of binds, in Docker's words.
 */
export function planMounts(input: MountPlanInput): MountPlan {
  const plan = new Map<string, PlannedMount>();
  const tmpfs = new Set(Object.keys(input.tmpfs).map(tmpfsDestination));
  for (const planned of inherited(input)) plan.set(planned.mountPoint.destination, planned);
  const own = new Set<string>(tmpfs);
  for (const { planned, asked } of [...binds(input), ...mounts(input)]) {
    const { destination } = planned.mountPoint;
    if (own.has(destination)) throw invalidArgument(`Duplicate mount point: ${asked}`);
    own.add(destination);
    // Out and in again, so that what replaces an inherited mount takes its place in the order too.
    plan.delete(destination);
    plan.set(destination, planned);
  }
  for (const planned of configVolumes(input)) {
    const { destination } = planned.mountPoint;
    if (!plan.has(destination)) plan.set(destination, planned);
  }
  // A tmpfs takes the place of an inherited mount and of an image's volume.
  for (const path of tmpfs) plan.delete(path);
  return { entries: [...plan.values()], warnings: warningsFor(input) };
}

/** The mount point of a volume that has been made or found. */
export function withVolume(mountPoint: MountPoint, volume: Volume): MountPoint {
  const { name, driver, mountpoint } = volume;
  // Docker shows "z", shared for SELinux, for what `-v` and `--mount` ask of the local driver without a mode (8.8).
  const shared = driver === 'local' && !mountPoint.inherited && mountPoint.spec.Target !== '';
  return { ...mountPoint, name, driver, source: mountpoint, mode: mountPoint.mode || (shared ? 'z' : '') };
}

function* inherited({ volumesFrom }: MountPlanInput): Iterable<PlannedMount> {
  for (const { spec, mountPoints } of volumesFrom) {
    for (const mountPoint of inheritedFrom(mountPoints, parseVolumesFrom(spec))) {
      yield plannedAs(mountPoint, { mustExist: true });
    }
  }
}

function plannedAs(mountPoint: MountPoint, { mustExist }: { mustExist: boolean }): PlannedMount {
  if (mountPoint.type !== 'volume') return { mountPoint };
  const { name, driver, spec } = mountPoint;
  const { Labels = null, DriverConfig } = spec.VolumeOptions ?? {};
  const options = DriverConfig?.Options ?? null;
  return { mountPoint, volume: { name, driver, options, labels: Labels, mustExist } };
}

/** `asked` is the path that a complaint names. */
type Asked = { planned: PlannedMount; asked: string };

function* binds({ binds, volumeDriver, apiVersion, dataRoot }: MountPlanInput): Iterable<Asked> {
  for (const raw of binds) {
    const mountPoint = guardDataRoot(adaptBind(parseBind(raw, volumeDriver), apiVersion), dataRoot);
    checkTakeOver(mountPoint, dataRoot);
    yield { planned: plannedAs(mountPoint, { mustExist: false }), asked: mountPoint.destination };
  }
}

function* mounts({ mounts, apiVersion, dataRoot, sourceExists = existsOnHost }: MountPlanInput): Iterable<Asked> {
  for (const asked of mounts) {
    const mount = adaptMount(asked, apiVersion);
    validateMount(mount);
    const mountPoint = guardDataRoot(mountPointOf(mount), dataRoot);
    checkTakeOver(mountPoint, dataRoot);
    checkBindSource(mountPoint, sourceExists);
    yield { planned: plannedAs(mountPoint, { mustExist: false }), asked: mount.Target };
  }
}

function* configVolumes({ configVolumes, volumeDriver }: MountPlanInput): Iterable<PlannedMount> {
  for (const path of configVolumes) {
    // Docker joins it to the root, so that `VOLUME data` means /data.
    const destination = cleanPath(`/${path}`);
    checkDestination(destination);
    const mountPoint = { ...mountPointOf({ ...emptySpec, Type: 'volume' }), destination, driver: volumeDriver };
    yield plannedAs(mountPoint, { mustExist: false });
  }
}

function tmpfsDestination(path: string): string {
  if (path === '') checkAbsolute(path);
  checkDestination(path);
  return cleanPath(path);
}

function warningsFor({ mounts, volumeDriver, apiVersion }: MountPlanInput): string[] {
  const ignored = mounts.some(({ Type, VolumeOptions }) => Type === 'volume' && !VolumeOptions?.DriverConfig?.Name);
  if (volumeDriver === '' || !ignored || !atLeast(apiVersion, '1.48')) return [];
  return ['HostConfig.VolumeDriver is not used for volumes in HostConfig.Mounts: name a driver in the mount itself'];
}
