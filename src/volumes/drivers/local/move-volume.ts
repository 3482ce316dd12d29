import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { diskUsage, type Log, renameDurable, syncfs } from '../../../host/index.ts';
import type { MoveOptions } from '../../capabilities.ts';
import type { PoolDriver } from '../../pools/index.ts';
import { encodeRecord } from '../../record.ts';
import type { Volume } from '../../volume.ts';
import { dataName, freshFolder, movedFolder, movedName, recordName } from './layout.ts';
import type { LocalPool } from './local-pool.ts';
import type { LocalPools } from './local-pools.ts';

interface Move {
  name: string;
  from: LocalPool;
  to: LocalPool;
}

/**
 * Moves a volume that nobody has mounted to another pool. The copy is made aside and is whole on disk before the volume
 * leaves its pool, which is the moment that decides; `finishMoves` does the rest where a crash comes after it.
 */
export async function moveVolume({ name, from, to }: Move, options: MoveOptions): Promise<Volume> {
  const fresh = freshFolder(to.root);
  const moved = movedFolder(to.root, name);
  const before = from.catalogue.find(name);
  try {
    const copy = new FolderCopy(to.driver, options);
    await copy.run(from.home(name).folder, fresh);
    const limit = from.driver.usage(from.home(name).data)?.limit ?? 0;
    if (limit > 0) await to.driver.setLimit(join(fresh, dataName), limit);
    if (before?.options?.pool !== undefined) {
      const record = encodeRecord({ ...before, options: { ...before.options, pool: to.name } });
      writeFileSync(join(fresh, recordName), record, { mode: 0o600 });
    }
    await syncfs(fresh);
    await renameDurable(fresh, moved);
    await from.remove(name);
  } catch (error) {
    // It may have left before that failed: then the copy is all there is of it.
    if (existsSync(from.home(name).folder)) {
      to.sweep(fresh);
      to.sweep(moved);
      throw error;
    }
  }
  await renameDurable(moved, join(to.root, name));
  const volume = to.catalogue.find(name);
  if (volume === undefined) throw new Error(`${name} has vanished on its way`);
  return volume;
}

/** Copies a volume's folder with its snapshots, each folder of data in the way of the pool it goes to. */
class FolderCopy {
  readonly #driver: PoolDriver;
  readonly #options: MoveOptions;
  #total = 0;
  #before = 0;

  constructor(driver: PoolDriver, options: MoveOptions) {
    this.#driver = driver;
    this.#options = options;
  }

  async run(from: string, to: string): Promise<void> {
    this.#total = await diskUsage(from);
    await this.#folder(from, to);
  }

  async #folder(from: string, to: string, isSnapshot = false): Promise<void> {
    const { mode, uid, gid } = statSync(from);
    mkdirSync(to, { mode: 0o700 });
    chownSync(to, uid, gid);
    chmodSync(to, mode & 0o7777);
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.name === dataName) await this.#data(source, target, isSnapshot);
      else if (entry.isDirectory()) await this.#folder(source, target, isSnapshot || entry.name === 'snapshots');
      // The file of a limit is how the other pool did that.
      else if (entry.isFile() && entry.name !== `${dataName}.img`) copyFileSync(source, target);
    }
  }

  async #data(from: string, to: string, readOnly: boolean): Promise<void> {
    const { signal, onProgress } = this.#options;
    let latest = 0;
    const progress = ({ done }: { done: number }): void => {
      latest = done;
      onProgress?.({ done: Math.min(this.#before + done, this.#total), total: this.#total });
    };
    await this.#driver.copy(from, to, { readOnly, signal, onProgress: progress });
    this.#before += latest;
  }
}

/**
 * Ends the moves that a crash cut off: a copy whose volume is still in another pool goes, one whose volume has left gets its
 * name. While a pool is out of reach nobody can tell, and the copy waits.
 */
export function finishMoves(pools: LocalPools, log: Log): void {
  for (const pool of pools.all()) {
    for (const entry of readdirSync(pool.root)) {
      const name = movedName(entry);
      if (name === undefined) continue;
      const folder = join(pool.root, entry);
      if (pools.of(name) !== undefined || existsSync(join(pool.root, name))) pool.sweep(folder);
      else if (pools.areComplete) renameSync(folder, join(pool.root, name));
      else log.warn({ volume: name, pool: pool.name }, 'a move waits for a pool that is out of reach');
    }
  }
}
