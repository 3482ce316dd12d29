import { randomBytes } from 'node:crypto';
import { isFolderName } from '../../name.ts';

/*
 * <root>/<name>/_data          the data; what `mountpoint` says
 *              /volume.json    the record
 *              /opts.json      options, in a volume that Docker made
 * <root>/.trash/<id>/          a volume's folder that was put aside, whole; its id says when, and of which name
 * <root>/.new-<unique>         a volume being made
 * <root>/.moved-<name>         a volume that has come from another pool, and is still in that one as well
 * <root>/.removed-<unique>     a volume that is gone for everybody, its data being deleted
 *
 * Volume names never begin with a dot, so the last three cannot be taken for volumes.
 */

const freshPrefix = '.new-';
const movedPrefix = '.moved-';
const removedPrefix = '.removed-';

export const trashName = '.trash';
export const dataName = '_data';
export const recordName = 'volume.json';
export const dockerOptionsName = 'opts.json';

/** Tells this process's folders from those that earlier ones left; drawn once, since drawing is dear. */
const thisProcess = randomBytes(8).toString('hex');
let folders = 0;
const unique = (): string => `${thisProcess}-${folders++}`;

export const freshFolder = (root: string): string => `${root}/${freshPrefix}${unique()}`;
export const movedFolder = (root: string, name: string): string => `${root}/${movedPrefix}${name}`;
/** The name of the volume that a folder of the root is the moved copy of; undefined for any other. */
export const movedName = (entry: string): string | undefined =>
  entry.startsWith(movedPrefix) ? entry.slice(movedPrefix.length) : undefined;
export const removedFolder = (root: string): string => `${root}/${removedPrefix}${unique()}`;

/** Whether a folder of the root is what a crash leaves of a create or remove. */
export const isLeftover = (entry: string): boolean => entry.startsWith(freshPrefix) || entry.startsWith(removedPrefix);

/** Where the data of a volume lies. Plain joining, since it is done for ten thousand volumes in one list. */
export const dataFolder = (root: string, name: string): string => `${root}/${name}/${dataName}`;

/** The name of the volume whose data folder a path is; undefined for any other path. */
export function volumeOfDataFolder(root: string, path: string): string | undefined {
  const prefix = `${root}/`;
  const suffix = `/${dataName}`;
  if (!path.startsWith(prefix) || !path.endsWith(suffix)) return undefined;
  const name = path.slice(prefix.length, -suffix.length);
  return isFolderName(name) ? name : undefined;
}
