import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { conflict, invalidArgument, notFound } from '../../errors/index.ts';
import { fsyncDirectory } from '../../host/index.ts';
import type { VolumeHome } from '../capabilities.ts';
import { isFolderName } from '../name.ts';
import { decodeSnapshot, nameOfTime, type Snapshot } from './record.ts';

/*
 * <volume's folder>/snapshots/<snapshot>/_data           the data
 *                                       /snapshot.json   the record
 *                   snapshots/.rollback-<snapshot>/      a rollback under way; see roll-back.ts
 *
 * A snapshot is built beside the volumes, as a volume is, and renamed to its place: it is there whole or not at all.
 */

export const dataName = '_data';
export const recordName = 'snapshot.json';

const folderOf = (home: VolumeHome): string => join(home.folder, 'snapshots');

/** Where a snapshot of that name is, or would be. */
export const placeOf = (home: VolumeHome, name: string): string => join(folderOf(home), name);

/** The data of a snapshot. @throws not-found where the volume has none of that name. */
export function dataOf(home: VolumeHome, { volume, name }: { volume: string; name: string }): string {
  const data = join(placeOf(home, name), dataName);
  if (!isFolderName(name) || !existsSync(data)) throw notFound(`no such snapshot: volume ${volume} has no ${name}`);
  return data;
}

/** Makes the folder that a volume's snapshots are in, durably. */
export async function makeFolder(home: VolumeHome): Promise<void> {
  if (existsSync(folderOf(home))) return;
  mkdirSync(folderOf(home), { recursive: true, mode: 0o700 });
  await fsyncDirectory(home.folder);
}

export const syncFolder = (home: VolumeHome): Promise<void> => fsyncDirectory(folderOf(home));

/** Whether it ever had one, or a rollback was under way. */
export const hasSnapshots = (home: VolumeHome): boolean => existsSync(folderOf(home));

/** All entries of the folder; none where it has never had a snapshot. */
export const entriesOf = (home: VolumeHome): string[] =>
  existsSync(folderOf(home)) ? readdirSync(folderOf(home)) : [];

/** A volume's snapshots, the oldest first. One whose record cannot be read is there all the same, and never removed by itself. */
export function snapshotsOf(home: VolumeHome, volume: string): Snapshot[] {
  return entriesOf(home)
    .filter(isFolderName)
    .map((name) => read(home, volume, name))
    .filter((snapshot) => snapshot !== undefined)
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

function read(home: VolumeHome, volume: string, name: string): Snapshot | undefined {
  const place = placeOf(home, name);
  try {
    const known = decodeSnapshot(readFileSync(join(place, recordName), 'utf8'));
    if (known !== undefined) return { volume, name, ...known };
  } catch {
    // Told as unknown below, if there is anything at all.
  }
  const data = statSync(join(place, dataName), { throwIfNoEntry: false });
  if (data === undefined) return undefined;
  return { volume, name, createdAt: data.ctime.toISOString(), automatic: false, consistency: 'unknown', frozenMs: 0 };
}

/** A name for a new snapshot that is free in all of these volumes: the time, counted on where there are several in a second. */
export function freeName(homes: readonly VolumeHome[], prefix: string, time: Date): string {
  const base = `${prefix}${nameOfTime(time)}`;
  const isTaken = (name: string) => homes.some((home) => existsSync(placeOf(home, name)));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}-${count}`;
    if (!isTaken(name)) return name;
  }
}

/** @throws conflict where a volume has a snapshot of that name. */
export function refuseTaken(source: VolumeHome & { volume: string }, name: string): void {
  if (!existsSync(placeOf(source, name))) return;
  throw conflict(`volume ${source.volume} has a snapshot ${name} already: take another name, or remove it first`);
}

/** Splits `VOLUME@SNAPSHOT`; no snapshot stands for the data as it is. @throws invalid-argument where a half is empty. */
export function parseSource(text: string): { volume: string; snapshot: string | undefined } {
  const at = text.indexOf('@');
  const [volume, snapshot] = at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  if (volume === '' || snapshot === '')
    throw invalidArgument(`${JSON.stringify(text)} names no source: write VOLUME, or VOLUME@SNAPSHOT`);
  return { volume, snapshot };
}
