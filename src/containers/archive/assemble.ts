import { closeSync, constants, mkdirSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  bindMount,
  clearPlaces,
  codeOf,
  copyMountTree,
  dropPlace,
  hostError,
  MS,
  mkdirInRoot,
  mount,
  openInRoot,
  temporaryName,
} from '../../host/index.ts';

/** Something to be mounted into a view. `source` is a folder or a file on the host; "" asks for an empty tmpfs. */
export interface ViewMount {
  source: string;
  destination: string;
  readWrite: boolean;
  /** Takes along what is mounted inside the source. */
  recursive: boolean;
  /** Makes what is mounted inside the source read-only too, where it is not `readWrite`. */
  recursiveReadOnly: boolean;
  /** A mount of the user's, whose own read-only mark counts, and not the root file system's. */
  isVolume: boolean;
}

/** What a view is put together from. `places` is a folder of the engine's own for the moment that this takes. */
export interface ViewPlan {
  rootfs: string;
  places: string;
  /** In the order of mounting. */
  mounts: readonly ViewMount[];
  /** The root file system itself is not to be written to. */
  readOnly: boolean;
}

/** A container's files as its processes would see them, in a mount tree of its own that is attached nowhere. */
export interface MountedView {
  /** File descriptor of the tree's root; closing it lets go of everything. */
  tree: number;
  /** Where each of the user's mounts ended up, links resolved. */
  volumes: Array<{ path: string; readWrite: boolean }>;
}

/**
 * Puts a view together: the root file system with mounts inside, at a place of the host for a moment, then only by a file
 * descriptor. Nothing is ever mounted in the container's own mount namespace. The engine does nothing else meanwhile, and
 * what a crash leaves at the place the next call clears.
 */
export function assembleView(plan: ViewPlan): MountedView {
  mkdirSync(plan.places, { recursive: true, mode: 0o700 });
  clearPlaces(plan.places);
  const place = join(plan.places, temporaryName());
  mkdirSync(place, { mode: 0o700 });
  try {
    bindMount(plan.rootfs, place, { propagation: 'private' });
    const mounted = plan.mounts.map((one) => ({ ...one, path: mountInto(place, one) }));
    if (plan.readOnly) {
      mount({ source: '', target: place, type: '', flags: MS.BIND | MS.REMOUNT | MS.RDONLY, data: '' });
    }
    return { tree: copyMountTree(place), volumes: mounted.filter(({ isVolume }) => isVolume) };
  } finally {
    dropPlace(place);
  }
}

/**
 * Mounts at a destination as the container resolves it. The mountpoint is opened first and mounted on by file descriptor:
 * a link swapped in meanwhile leads nowhere (GHSA-vp62-88p7-qqf5, GHSA-rg2x-37c3-w2rh).
 */
function mountInto(place: string, one: ViewMount): string {
  const target = openMountpoint(place, one);
  try {
    const path = `/proc/self/fd/${target}`;
    const resolved = readlinkSync(path).slice(place.length) || '/';
    if (one.source === '') mount({ source: 'tmpfs', target: path, type: 'tmpfs', flags: tmpfsFlags, data: '' });
    else {
      bindMount(one.source, path, {
        recursive: one.recursive,
        readOnly: !one.readWrite,
        recursiveReadOnly: !one.readWrite && one.recursiveReadOnly,
        propagation: 'rprivate',
      });
    }
    return resolved;
  } finally {
    closeSync(target);
  }
}

const tmpfsFlags = MS.NOSUID | MS.NODEV | MS.NOEXEC;

/** As often as a place is made and looked for again, where the container takes it away in between. */
const tries = 16;

/** Opens the place to mount at, and makes it where the root file system does not have it, as a start would. */
function openMountpoint(place: string, one: ViewMount): number {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return openInRoot(place, one.destination);
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (code !== 'ENOENT' || attempt > tries) throw hostError(`mount at ${one.destination}`, code, error);
    }
    makeMountpoint(place, one);
  }
}

function makeMountpoint(place: string, { source, destination }: ViewMount): void {
  if (source === '' || statSync(source).isDirectory()) {
    mkdirInRoot(place, destination, 0o755);
    return;
  }
  mkdirInRoot(place, dirname(destination), 0o755);
  closeSync(openInRoot(place, destination, { flags: constants.O_CREAT | constants.O_WRONLY, mode: 0o644 }));
}
