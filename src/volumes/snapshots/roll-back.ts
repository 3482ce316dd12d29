import { mkdirSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { conflict } from '../../errors/index.ts';
import {
  compareTrees,
  exchangeDurable,
  fromNode,
  isMountpoint,
  renameDurable,
  writeDurable,
} from '../../host/index.ts';
import type { Core } from '../core.ts';
import { freshFolder, removedFolder } from '../drivers/local/layout.ts';
import { dataName, dataOf, entriesOf, freeName, makeFolder, placeOf, recordName, syncFolder } from './folder.ts';
import { type Source, sourceOf } from './home.ts';
import { encodeSnapshot } from './record.ts';
import type { SnapshotId } from './remove.ts';
import type { WorkTools } from './take.ts';

/*
 * A rollback is a snapshot that is made by an exchange:
 *
 *   1. a copy of the snapshot's data is made aside, with the record of the snapshot that the present data is to become, and
 *      moved to `snapshots/.rollback-<name>`
 *   2. its data and the volume's are exchanged, in one step
 *   3. it gets its name: `snapshots/<name>`
 *
 * At no moment is there less than a whole volume, and the present data is never copied. After a crash between 1 and 3 nothing
 * but the data itself tells whether the exchange was: what equals the snapshot that was rolled back to is worth nothing, either
 * way, and anything else is the data that was replaced.
 */

const prefix = '.rollback-';
/** Beside the record: which snapshot the rollback is to. */
const targetName = 'target';

export interface RolledBack {
  /** The snapshot that the data became which was there before. */
  before: string;
}

/**
 * Puts a volume's data back to what a snapshot has, and keeps the present data as a snapshot. Raises `rollback`.
 * @throws conflict while a container that runs has the volume; not-found where there is no such volume or snapshot.
 */
export function rollBack(core: Core, id: SnapshotId, tools: WorkTools = {}): Promise<RolledBack> {
  return core.locks.hold(id.volume, async () => {
    const source = await sourceOf(core, id.volume);
    if (source.isMounted) throw inUse(core, id.volume);
    if (isMountpoint(source.data)) throw inFile(id);
    const data = dataOf(source, id);
    const before = freeName([source], 'before-rollback-', new Date());
    try {
      const aside = await prepare(source, { data, before, target: id.name, tools });
      await exchangeDurable(join(aside, dataName), source.data);
      await renameDurable(aside, placeOf(source, before));
    } catch (error) {
      throw fromNode(error, `roll ${id.volume} back`);
    }
    core.emit({ type: 'volume', action: 'rollback', id: id.volume, attributes: { snapshot: id.name, before } });
    return { before };
  });
}

function inUse(core: Core, volume: string): Error {
  const users = core.freezer.running(core.references.of(volume)).join(' ') || core.references.of(volume).join(' ');
  return conflict(`volume ${volume} is in use: stop what runs on it first (docker stop ${users}), then roll back`);
}

/** The data of a limited volume in a pool without limits lies on a file system of its own, and a mountpoint cannot be exchanged. */
const inFile = ({ volume, name }: SnapshotId) =>
  conflict(
    `volume ${volume} is limited by a file of its own, which cannot be rolled back: holdfast volume clone ${volume}@${name} NEW makes a volume of the snapshot`,
  );

interface Preparation {
  data: string;
  before: string;
  target: string;
  tools: WorkTools;
}

/** Step 1. @returns where it is. */
async function prepare(source: Source, { data, before, target, tools }: Preparation): Promise<string> {
  const { root, pool } = source;
  const fresh = freshFolder(root);
  mkdirSync(fresh, { mode: 0o700 });
  try {
    await pool.copy(data, join(fresh, dataName), tools);
    const limit = pool.usage(source.data)?.limit ?? 0;
    if (limit > 0) await pool.setLimit(join(fresh, dataName), limit);
    const record = {
      createdAt: new Date().toISOString(),
      automatic: false,
      consistency: 'stopped',
      frozenMs: 0,
    } as const;
    await writeDurable(join(fresh, recordName), encodeSnapshot({ name: before, ...record }));
    await writeDurable(join(fresh, targetName), target);
    await makeFolder(source);
    const aside = placeOf(source, prefix + before);
    await rename(fresh, aside);
    await syncFolder(source);
    return aside;
  } catch (error) {
    await pool.remove(fresh);
    throw error;
  }
}

/** Finishes or undoes the rollbacks that a crash cut off; the caller holds the volume's lock. */
export async function finishRollbacks(source: Source): Promise<void> {
  for (const entry of entriesOf(source)) {
    if (!entry.startsWith(prefix)) continue;
    const aside = placeOf(source, entry);
    if (!(await isExchanged(source, aside))) await discard(source, aside);
    else await renameDurable(aside, placeOf(source, entry.slice(prefix.length)));
  }
}

async function isExchanged(source: Source, aside: string): Promise<boolean> {
  const target = await readFile(join(aside, targetName), 'utf8');
  const wanted = join(placeOf(source, target), dataName);
  try {
    for await (const _ of compareTrees(wanted, join(aside, dataName), { exact: true })) return true;
    return false;
  } catch {
    // Where it cannot be told, what may be the only copy of somebody's data stays.
    return true;
  }
}

async function discard(source: Source, aside: string): Promise<void> {
  const away = removedFolder(source.root);
  await renameDurable(aside, away);
  await source.pool.remove(away);
}
