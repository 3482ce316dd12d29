import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { codeOf, getXattr } from '../../host/index.ts';
import { opaqueAttribute } from '../layers/whiteouts.ts';

/*
 * File names are bytes, and need not be UTF-8. Paths here hold one byte in each character (latin1), so that a name read
 * from a folder names the same file when it is used; `toBytePath` and `fromBytePath` are the ways in and out.
 */

/** One folder of an image as its layers make it: the layers' own folders for it, topmost first. */
export type LowerFolder = readonly string[];

/** What the layers below have at a name: a folder with what it is made of, or anything else. */
export interface LowerEntry {
  stats: Stats;
  folder: LowerFolder;
}

export const toBytePath = (path: string): string => Buffer.from(path).toString('latin1');

/** For showing only: bytes that are no UTF-8 become question marks in boxes. */
export const fromBytePath = (path: string): string => bytesOf(path).toString();

export const bytesOf = (path: string): Buffer => Buffer.from(path, 'latin1');

/** Overlayfs's mark of something removed: a character device 0:0. */
export const isWhiteout = (stats: Stats): boolean => stats.isCharacterDevice() && stats.rdev === 0;

/** Tells whether a folder hides what is below it. */
export const isOpaque = (path: string): boolean => getXattr(bytesOf(path), opaqueAttribute)?.toString() === 'y';

/** The names in a folder, sorted. */
export const namesOf = (folder: string): string[] => readdirSync(bytesOf(folder), 'latin1').sort();

/** Looks a name up in a folder of the layers below, as overlayfs would; undefined where they have no such thing. */
export function lookUp(folder: LowerFolder, name: string): LowerEntry | undefined {
  const found: string[] = [];
  let stats: Stats | undefined;
  for (const path of folder.map((layer) => `${layer}/${name}`)) {
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
  const names = new Set(folder.flatMap(namesOf));
  return [...names].filter((name) => lookUp(folder, name) !== undefined);
}

export function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(bytesOf(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
