import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemError, unavailable } from '../../errors/index.ts';
import { codeOf, fsyncDirectory, removeTree, renameDurable, temporaryName, writeDurable } from '../../host/index.ts';
import { isFolderName } from '../name.ts';
import { makeImage, mountImage, unmountImage } from './loop/index.ts';
import { encodePool, type PoolRecord, readPool } from './pool-record.ts';

/*
 * <pools>/<name>/pool.json   a pool's record
 *               /pool.img    its file, where it is in one
 *               /fs/         where the file is mounted; volumes are in fs/volumes, or in <path>/volumes
 * <pools>/.default.json      which pool is the default, where that is not the main one
 * <pools>/.tmp-…             a pool being made or removed
 * <pools>/.lost-…            a pool in a file that could not be opened and was given up; the file is kept
 */

const recordName = 'pool.json';
const imageName = 'pool.img';
const defaultName = '.default.json';
const temporary = /^\.tmp-/;

/** The pools on disk, beside the main one. */
export class PoolFolders {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** The names of all pools; sweeps away those that a crash left half-made or half-removed. */
  async scan(): Promise<string[]> {
    if (!existsSync(this.#root)) return [];
    const entries = readdirSync(this.#root);
    await Promise.all(entries.filter((each) => temporary.test(each)).map((each) => removeTree(join(this.#root, each))));
    return entries.filter(isFolderName).sort();
  }

  /** @throws system where the record cannot be read. */
  read(name: string): PoolRecord {
    return readPool(join(this.#root, name, recordName));
  }

  has(name: string): boolean {
    return existsSync(join(this.#root, name));
  }

  /** What a pool's volumes lie in. */
  rootOf({ name, path }: Pick<PoolRecord, 'name' | 'path'>): string {
    return join(path ?? join(this.#root, name, 'fs'), 'volumes');
  }

  /** Makes a pool, durably and as a whole; it is not mounted yet. Failing leaves nothing. */
  async make(record: PoolRecord): Promise<void> {
    mkdirSync(this.#root, { recursive: true, mode: 0o711 });
    const fresh = join(this.#root, temporaryName());
    try {
      mkdirSync(fresh, { mode: 0o711 });
      if (record.kind !== 'folder') {
        mkdirSync(join(fresh, 'fs'), { mode: 0o711 });
        await makeImage(join(fresh, imageName), record.kind, record.size ?? 0);
      }
      await writeDurable(join(fresh, recordName), encodePool(record));
      await renameDurable(fresh, join(this.#root, record.name));
    } catch (error) {
      await removeTree(fresh);
      throw error;
    }
  }

  /** Makes a pool reachable, as it may be already. @returns what its volumes lie in. @throws where its file or disk is not there. */
  open(record: PoolRecord): string {
    const root = this.rootOf(record);
    if (record.kind !== 'folder') {
      const image = join(this.#root, record.name, imageName);
      if (!existsSync(image)) throw systemError(`its file ${image} is missing`);
      mountImage(image, join(this.#root, record.name, 'fs'), record.kind);
      mkdirSync(root, { recursive: true, mode: 0o701 });
    } else if (!existsSync(`${root}/`)) throw unavailable(`${root} is not there: is its disk mounted?`);
    return root;
  }

  /** Unmounts a pool that is in a file. @throws HostError, EBUSY where it is in use */
  async close({ name, kind }: PoolRecord): Promise<void> {
    if (kind !== 'folder') await unmountImage(join(this.#root, name, 'fs'));
  }

  /** Deletes a pool that is closed and holds nothing, durably; of a user's folder what we made in it. */
  async delete(record: PoolRecord): Promise<void> {
    const away = join(this.#root, temporaryName());
    await renameDurable(join(this.#root, record.name), away);
    if (record.path !== null) await removeEmpty(this.rootOf(record));
    await removeTree(away);
  }

  /** Forgets a pool that cannot be opened and touches nothing that is in it. @returns where its file is kept from now on. */
  async giveUp(name: string): Promise<string> {
    const kept = join(this.#root, `.lost-${name}-${Date.now()}`);
    await renameDurable(join(this.#root, name), kept);
    return kept;
  }

  /** The default pool's name; undefined for the main one. */
  readDefault(): string | undefined {
    try {
      const { pool } = JSON.parse(readFileSync(join(this.#root, defaultName), 'utf8')) as { pool?: unknown };
      return typeof pool === 'string' ? pool : undefined;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** @param name undefined for the main pool. */
  async writeDefault(name: string | undefined): Promise<void> {
    mkdirSync(this.#root, { recursive: true, mode: 0o711 });
    const file = join(this.#root, defaultName);
    if (name !== undefined) return writeDurable(file, `${JSON.stringify({ pool: name })}\n`);
    rmSync(file, { force: true });
    await fsyncDirectory(this.#root);
  }
}

async function removeEmpty(folder: string): Promise<void> {
  // Where something else is in there, it stays, and so it does where the disk is not there.
  await rmdir(folder).catch(() => undefined);
}
