import type { Stats } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import {
  fromBytePath,
  isOpaque,
  isWhiteout,
  type LowerFolder,
  lookUp,
  namesIn,
  namesOf,
  statOf,
  toBytePath,
} from './lower.ts';
import { layersBelow, upperDir } from './overlay.ts';

/** A difference between a container and its image, as GET /containers/{id}/changes has it. */
export interface Change {
  Path: string;
  /** 0 changed, 1 added, 2 deleted. */
  Kind: 0 | 1 | 2;
}

/** What a container has changed, sorted by path. A folder counts as changed where something in it has. */
export async function changesOf(dir: string): Promise<Change[]> {
  const changes = new Map<string, Change['Kind']>();
  const lower = layersBelow(dir).map(toBytePath);
  await compare({ upper: toBytePath(upperDir(dir)), lower, path: '' }, changes);
  return [...changes]
    .map(([path, Kind]) => ({ Path: fromBytePath(path), Kind }))
    .sort((a, b) => (a.Path < b.Path ? -1 : 1));
}

interface Folder {
  /** The folder in the container's own layer. */
  upper: string;
  /** What the image has in its place. */
  lower: LowerFolder;
  /** The folder's path in the container; "" for the root. */
  path: string;
}

async function compare(folder: Folder, changes: Map<string, Change['Kind']>): Promise<void> {
  const names = namesOf(folder.upper);
  // Others get their turn after each folder: a container may have written a great many files.
  await turn();
  for (const name of names) await compareEntry(folder, name, changes);
  if (folder.path === '' || !isOpaque(folder.upper)) return;
  const seen = new Set(names);
  for (const name of namesIn(folder.lower)) if (!seen.has(name)) note(changes, `${folder.path}/${name}`, 2);
}

async function compareEntry(folder: Folder, name: string, changes: Map<string, Change['Kind']>): Promise<void> {
  const upper = `${folder.upper}/${name}`;
  const path = `${folder.path}/${name}`;
  const stats = statOf(upper);
  if (stats === undefined) return;
  const below = lookUp(folder.lower, name);
  if (isWhiteout(stats)) {
    if (below !== undefined) note(changes, path, 2);
    return;
  }
  if (below === undefined) note(changes, path, 1);
  else if (differs(stats, below.stats)) note(changes, path, 0);
  if (stats.isDirectory()) await compare({ upper, lower: below?.folder ?? [], path }, changes);
}

/**
 * A folder is copied up for what is in it, and a file by being opened for writing; each has changed only where its
 * attributes have, a file also where its size or time has.
 */
function differs(a: Stats, b: Stats): boolean {
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.rdev !== b.rdev) return true;
  return !a.isDirectory() && (a.size !== b.size || a.mtimeMs !== b.mtimeMs);
}

/** What happens to something changes the folders it is in. */
function note(changes: Map<string, Change['Kind']>, path: string, kind: Change['Kind']): void {
  changes.set(path, kind);
  for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) {
    if (changes.has(parent)) return;
    changes.set(parent, 0);
  }
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
