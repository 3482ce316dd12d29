import { closeSync, constants, fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { O_PATH, tarCreate } from '../../host/index.ts';
import type { ContainerView } from './container-view.ts';
import { folderOf, lastPart } from './paths.ts';
import { openPath } from './stat.ts';

/**
 * Packs a path of a view. The names in the archive begin with the last part of the path as it was asked for, also where
 * that is a link to a folder: clients rename by it. Folders are packed by an open file, so that what is packed is what
 * was looked at, and tar itself follows no links.
 */
export function packPath(view: ContainerView, path: string): Readable {
  const found = openPath(view, path, O_PATH | constants.O_NOFOLLOW);
  if (fstatSync(found).isDirectory()) return packFrom(found, ['.'], renameRoot(lastPart(path)));
  closeSync(found);
  return packFrom(openPath(view, folderOf(path), O_PATH | constants.O_DIRECTORY), [lastPart(path)], []);
}

/** Packs `names` of an open folder, which is closed at the end. Child processes reach it by the daemon's own table. */
export function packFrom(folder: number, names: readonly string[], args: readonly string[]): Readable {
  const archive = tarCreate({ dir: `/proc/${process.pid}/fd/${folder}`, paths: names, args });
  return archive.once('close', () => closeSync(folder));
}

/** Arguments that make tar write `name` for the leading dot of every member; nothing for the content of a folder. */
function renameRoot(name: string): string[] {
  if (name === '.') return [];
  // The root folder is the empty name before the slash that follows: members are then absolute.
  const replacement = name === '/' ? '' : name.replace(/[\\&|]/g, '\\$&').replaceAll('\n', '\\n');
  return ['--absolute-names', `--transform=flags=rh;s|^\\.|${replacement}|`];
}
