import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isOpaque, isWhiteout, type LowerFolder, lookUp, namesIn, statOf } from './lower.ts';
import { layersBelow, upperDir } from './overlay.ts';
import { isPlaceholder } from './placeholders.ts';

/** A difference between a container and its image, as GET /containers/{id}/changes has it. */
export interface Change {
  Path: string;
  /** 0 changed, 1 added, 2 deleted. */
  Kind: 0 | 1 | 2;
}

/** What a container has changed, sorted by path. A folder counts as changed where something in it was added or deleted. */
export async function changesOf(dir: string): Promise<Change[]> {
  const changes = new Map<string, Change['Kind']>();
  await compare({ upper: upperDir(dir), lower: layersBelow(dir), path: '' }, changes);
  return [...changes].map(([Path, Kind]) => ({ Path, Kind })).sort((a, b) => (a.Path < b.Path ? -1 : 1));
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
  const seen = new Set<string>();
  for await (const { name } of await opendir(folder.upper)) {
    seen.add(name);
    await compareEntry(folder, name, changes);
  }
  if (folder.path === '' || !isOpaque(folder.upper)) return;
  for (const name of namesIn(folder.lower)) if (!seen.has(name)) note(changes, `${folder.path}/${name}`, 2);
}

async function compareEntry(folder: Folder, name: string, changes: Map<string, Change['Kind']>): Promise<void> {
  const upper = join(folder.upper, name);
  const path = `${folder.path}/${name}`;
  const stats = statOf(upper);
  if (stats === undefined) return;
  const below = lookUp(folder.lower, name);
  if (below === undefined && isPlaceholder(path, stats)) return;
  if (isWhiteout(stats)) {
    if (below !== undefined) note(changes, path, 2);
    return;
  }
  if (below === undefined) note(changes, path, 1);
  else if (!stats.isDirectory() || !below.stats.isDirectory() || differs(stats, below.stats)) changes.set(path, 0);
  if (stats.isDirectory()) await compare({ upper, lower: below?.folder ?? [], path }, changes);
}

/** A folder is copied up for what is in it; it has changed itself only where its own attributes have. */
function differs(
  a: { mode: number; uid: number; gid: number },
  b: { mode: number; uid: number; gid: number },
): boolean {
  return a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid;
}

/** Something that came or went changes the folder it was in. */
function note(changes: Map<string, Change['Kind']>, path: string, kind: Change['Kind']): void {
  changes.set(path, kind);
  for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) {
    if (changes.has(parent)) return;
    changes.set(parent, 0);
  }
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
