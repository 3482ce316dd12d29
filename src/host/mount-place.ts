import {
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { bindMount } from './bind-mount.ts';
import { unmount } from './mounts.ts';

/*
 * Places are short-lived mountpoints in a folder of the engine's own: a path, for another process, to what is open here.
 * Whoever changes names in a hostile tree meanwhile does not change what is mounted.
 */

/**
 * Makes what is open visible at a place, with all that is mounted inside.
 * @param fd a folder, or anything else that can be mounted on a file; it may be closed after
 * @param place see {@link makePlace}
 */
export function bindToPlace(fd: number, place: string): void {
  makePlace(place, fstatSync(fd).isDirectory());
  try {
    bindMount(`/proc/self/fd/${fd}`, place, { recursive: true, propagation: 'rprivate' });
  } catch (error) {
    dropPlace(place);
    throw error;
  }
}

/**
 * Makes a place to mount a folder or a file on, to be given back by {@link dropPlace}. Its folder is made where it is missing,
 * for nobody else to look into: who reaches the mount by this path passes by the permissions of the way to the source. What
 * an interrupted start left at the place goes.
 */
export function makePlace(place: string, isDirectory: boolean): void {
  dropPlace(place);
  mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
  if (isDirectory) mkdirSync(place, { mode: 0o700 });
  else writeFileSync(place, '', { flag: 'wx', mode: 0o600 });
}

/** Takes a place away; whoever has mounted it elsewhere keeps that. One that is gone is fine. */
export function dropPlace(place: string): void {
  unmount(place, { detach: true });
  const stat = lstatSync(place, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) rmdirSync(place);
  else if (stat !== undefined) unlinkSync(place);
}

/** Takes away all places in a folder, as a crash may have left them; a folder that is missing has none. */
export function clearPlaces(places: string): void {
  if (!existsSync(places)) return;
  for (const name of readdirSync(places)) dropPlace(join(places, name));
}
