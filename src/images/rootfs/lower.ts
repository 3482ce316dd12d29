import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { codeOf, getXattr } from '../../host/index.ts';
import { opaqueAttribute } from '../layers/whiteouts.ts';

/** One folder of an image as its layers make it: the layers' own folders for it, topmost first. */
export type LowerFolder = readonly string[];

/** What the layers below have at a name: a folder with what it is made of, or anything else. */
export interface LowerEntry {
  stats: Stats;
  folder: LowerFolder;
}

/** Overlayfs's mark of something removed: a character device 0:0. */
export const isWhiteout = (stats: Stats): boolean => stats.isCharacterDevice() && stats.rdev === 0;

/** Tells whether a folder hides what is below it. */
export const isOpaque = (path: string): boolean => getXattr(path, opaqueAttribute)?.toString() === 'y';

/** Looks a name up in a folder of the layers below, as overlayfs would; undefined where they have no such thing. */
export function lookUp(folder: LowerFolder, name: string): LowerEntry | undefined {
  const found: string[] = [];
  let stats: Stats | undefined;
  for (const path of folder.map((layer) => join(layer, name))) {
    const here = statOf(path);
    if (here === undefined) continue;
    if (isWhiteout(here)) break;
    if (!here.isDirectory()) return stats === undefined ? { stats: here, folder: [] } : { stats, folder: found };
    stats ??= here;
    found.push(path);
    if (isOpaque(path)) break;
  }
  return stats === undefined ? undefined : { stats, folder: found };
}

/** The names that the layers below show in a folder. */
export function namesIn(folder: LowerFolder): string[] {
  const names = new Set(folder.flatMap((path) => readdirSync(path)));
  return [...names].filter((name) => lookUp(folder, name) !== undefined);
}

export function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
