import { mkdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { UndoStack } from '../../async/index.ts';
import { invalidArgument } from '../../errors/index.ts';
import { fromNode, writeDurable } from '../../host/index.ts';
import type { Core } from '../core.ts';
import { freshFolder } from '../drivers/local/layout.ts';
import type { CopyProgress } from '../pools/index.ts';
import { type AtRest, atRest } from './at-rest.ts';
import { dataName, freeName, makeFolder, placeOf, recordName, refuseTaken, syncFolder } from './folder.ts';
import type { Source } from './home.ts';
import { checkSnapshotName, encodeSnapshot, type Snapshot } from './record.ts';

/** Which snapshots are wanted: one of each volume, all of the same moment. */
export interface SnapshotWish {
  volumes: readonly string[];
  /** "" for the time. */
  name: string;
  /** See `atRest`. */
  freeze?: boolean | undefined;
  automatic?: boolean;
}

/** How long work is followed and called off. */
export interface WorkTools {
  signal?: AbortSignal;
  onProgress?: (progress: CopyProgress) => void;
}

/** Snapshots that were made together. */
export interface Taken {
  snapshots: readonly Snapshot[];
  /** For how many milliseconds containers stood still. */
  frozenMs: number;
}

/**
 * Makes snapshots of one or several volumes, of the same moment, durably: all of them or none. Raises `snapshot` for each.
 * @throws what `atRest` throws; invalid-argument for a name, conflict for one that is taken; what the pool's copying throws.
 */
export async function takeSnapshots(core: Core, wish: SnapshotWish, tools: WorkTools = {}): Promise<Taken> {
  if (wish.volumes.length === 0) throw invalidArgument('name at least one volume to snapshot');
  if (wish.name !== '') checkSnapshotName(wish.name);
  const volumes = [...new Set(wish.volumes)].sort();
  return atRest(core, { volumes, freeze: wish.freeze }, async (rest) => {
    const taken = await UndoStack.run(
      (undo) => takeAtRest(rest, wish, { ...tools, undo }),
      (error) => core.log.warn({ err: error }, 'could not clear what is left of a snapshot; the next start does'),
    ).catch((error: unknown) => {
      throw fromNode(error, `snapshot ${volumes.join(' ')}`);
    });
    for (const { volume, name, consistency } of taken.snapshots) {
      const attributes = { snapshot: name, consistency, frozenMs: String(Math.round(taken.frozenMs)) };
      core.emit({ type: 'volume', action: 'snapshot', id: volume, attributes });
    }
    return taken;
  });
}

async function takeAtRest(
  rest: AtRest,
  wish: SnapshotWish,
  { undo, ...tools }: WorkTools & { undo: UndoStack },
): Promise<Taken> {
  const { sources, consistency } = rest;
  if (wish.name !== '') for (const source of sources) refuseTaken(source, wish.name);
  const fresh = sources.map((source) => ({ source, folder: makeFresh(source, undo) }));
  let moment = new Date();
  const frozenMs = await rest.copy(async () => {
    moment = new Date();
    for (const { source, folder } of fresh) {
      await source.pool.copy(source.data, join(folder, dataName), { readOnly: true, ...tools });
    }
  });
  const name = wish.name || freeName(sources, wish.automatic ? 'auto-' : '', moment);
  const record = { name, createdAt: moment.toISOString(), automatic: wish.automatic ?? false, consistency, frozenMs };
  for (const { source, folder } of fresh)
    await putInPlace(source, { folder, name, text: encodeSnapshot(record), undo });
  return { snapshots: sources.map(({ volume }) => ({ volume, ...record })), frozenMs };
}

function makeFresh(source: Source, undo: UndoStack): string {
  const folder = freshFolder(source.root);
  mkdirSync(folder, { mode: 0o700 });
  undo.add(() => source.pool.remove(folder));
  return folder;
}

interface Fresh {
  folder: string;
  name: string;
  /** The record's. */
  text: string;
  undo: UndoStack;
}

/** Gives what was built aside its place, durably. */
async function putInPlace(source: Source, { folder, name, text, undo }: Fresh): Promise<void> {
  await writeDurable(join(folder, recordName), text);
  await makeFolder(source);
  await rename(folder, placeOf(source, name));
  undo.add(() => rename(placeOf(source, name), folder));
  await syncFolder(source);
}
