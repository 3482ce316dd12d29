import { statSync } from 'node:fs';
import type { UndoStack } from '../async/index.ts';
import { messageOf, systemError } from '../errors/index.ts';
import { dropPlace, mountIdmapped, statfs } from '../host/index.ts';
import { type ResolvedUser, resolveUser } from '../runtime/index.ts';
import { type MountPoint, matchOwner, relabel, takeOver } from '../volumes/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { placeOf } from './mount-places.ts';

/** Who is going to use a container's mounts. */
export interface MountUser {
  user: ResolvedUser;
  /** Where other users are looked up: the container's root file system, mounted. */
  rootfs: string;
  undo: UndoStack;
}

interface Use extends MountUser {
  mountPoint: MountPoint;
  /** The mount point's place among the container's. */
  index: number;
  /** What is to be mounted, on the host. */
  source: string;
}

/**
 * Does what a mount asks for about owners and labels: takes it over, or has it shown as a user's.
 * @returns the path to mount instead of the source; often the source itself
 * @throws invalid-argument for a folder that must not be taken over; system where owners cannot be mapped
 */
export async function settleOwner(engine: Engine, container: Container, use: Use): Promise<string> {
  const { mountPoint, source } = use;
  await relabel(mountPoint, source, { containerId: container.id });
  if (mountPoint.shownAs !== undefined) return showAs(engine, container, { ...use, name: mountPoint.shownAs });
  if (mountPoint.takeOver !== true) return source;
  const left = await takeOver(source, use.user, { dataRoot: engine.dataRoot });
  if (left.length > 0) {
    const files = left.slice(0, 10);
    engine.log.warn({ container: container.id, files, count: left.length }, 'not taken over, for hard links outside');
  }
  return source;
}

/**
 * By a private mount that the runtime binds: runtimes that know nothing of mapped mounts (runc before 1.2) bind it like any
 * other, and lose no mapping, where a mapping in the specification is lost on them without a word.
 */
async function showAs(engine: Engine, container: Container, use: Use & { name: string }): Promise<string> {
  const { source, mountPoint, undo } = use;
  const user = use.name === '' ? use.user : resolveUser(use.rootfs, use.name);
  const map = matchOwner(statSync(source), user);
  if (map === undefined) return source;
  const place = placeOf(engine, container, { index: use.index, what: 'mapped' });
  try {
    await mountIdmapped(source, place, { map, recursive: mountPoint.spec.BindOptions?.NonRecursive !== true });
  } catch (error) {
    throw systemError(
      `cannot show the owner of ${source} as ${user.uid}:${user.gid} by an id-mapped mount of ${statfs(source).type}: ${messageOf(error)}. Use "U" to change the owner instead`,
      error,
    );
  }
  undo.add(() => dropPlace(place));
  return place;
}
