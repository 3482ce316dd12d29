import { invalidArgument } from '../../errors/index.ts';
import { type Mode, parseMode } from './mode.ts';
import type { MountPoint } from './mount-point.ts';

/** A `--volumes-from`: whose mounts, and whether writable. */
interface VolumesFrom {
  /** Name or id of the container. */
  container: string;
  readOnly: boolean;
}

/**
 * Reads `container[:mode]`; the mode takes nothing that is each container's own: no propagation, nocopy, U, idmap.
 * @throws invalid-argument in Docker's words.
 */
export function parseVolumesFrom(raw: string): VolumesFrom {
  if (raw === '') throw invalidArgument('volumes-from specification cannot be an empty string');
  const at = raw.indexOf(':');
  const rawMode = at < 0 ? '' : raw.slice(at + 1);
  const mode = parseMode(rawMode);
  if (mode === undefined || hasOwn(mode)) throw invalidArgument(`invalid mode: ${rawMode}`);
  return { container: at < 0 ? raw : raw.slice(0, at), readOnly: mode.readOnly };
}

const hasOwn = (mode: Mode): boolean => mode.noCopy || mode.takeOver || mode.mapOwner || mode.propagation !== '';

/** What is asked for one container, and not for those that take over its mounts. */
const own = { takeOver: false, shownAs: undefined, relabelled: undefined };

/**
 * The mounts of another container as this one has them: writable only where both say so, nothing copied into them, and
 * without a tmpfs, whose content is the other container's alone.
 */
export function inheritedFrom(mountPoints: readonly MountPoint[], { readOnly }: { readOnly: boolean }): MountPoint[] {
  return mountPoints
    .filter(({ type }) => type !== 'tmpfs')
    .map((origin) => ({ ...origin, ...own, rw: origin.rw && !readOnly, mode: '', noCopy: true, inherited: true }));
}
