import { chmodSync, constants, lstatSync, lutimesSync, mkdirSync, type Stats } from 'node:fs';
import { invalidArgument } from '../../errors/index.ts';
import { codeOf, makeNode, setXattr } from '../../host/index.ts';
import type { Whiteout } from './layer-entries.ts';

/** Overlayfs's mark on a folder that hides what lower layers have in it. */
export const opaqueAttribute = 'trusted.overlay.opaque';

/**
 * Turns the whiteouts of a layer into overlayfs's: a character device 0:0 where something is hidden, an attribute on an
 * opaque folder. `root` is an unpacked layer that nobody else changes; links on the way are refused, not followed.
 * @throws invalid-argument for a whiteout beneath a link or a file.
 */
export function applyWhiteouts(root: string, whiteouts: readonly Whiteout[]): void {
  const folders = new Map<string, { path: Buffer; before: Stats }>();
  for (const whiteout of whiteouts) {
    const key = whiteout.parent.join('/');
    const folder = folders.get(key) ?? openFolder(root, whiteout.parent);
    folders.set(key, folder);
    if (whiteout.name === undefined) setXattr(folder.path, opaqueAttribute, 'y');
    else hide(Buffer.concat([folder.path, Buffer.from(`/${whiteout.name}`, 'latin1')]));
  }
  // The archive said what these times are; making nodes in the folders has changed them.
  for (const { path, before } of folders.values()) lutimesSync(path, before.atimeMs / 1000, before.mtimeMs / 1000);
}

/** What the layer itself has at the name stays: a whiteout speaks of lower layers only. */
function hide(path: Buffer): void {
  const present = kindAt(path);
  if (present === undefined) makeNode(path, constants.S_IFCHR, 0, 0);
  else if (present.isDirectory()) setXattr(path, opaqueAttribute, 'y');
}

function openFolder(root: string, parts: readonly string[]): { path: Buffer; before: Stats } {
  let path = Buffer.from(root);
  for (const part of parts) {
    path = Buffer.concat([path, Buffer.from(`/${part}`, 'latin1')]);
    const present = kindAt(path);
    if (present === undefined) makeFolder(path);
    else if (!present.isDirectory()) throw invalidArgument(`invalid layer: a whiteout beneath "${part}", not a folder`);
  }
  return { path, before: lstatSync(path) };
}

/** With its mode whatever the umask. */
function makeFolder(path: Buffer): void {
  mkdirSync(path);
  chmodSync(path, 0o755);
}

function kindAt(path: Buffer): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
