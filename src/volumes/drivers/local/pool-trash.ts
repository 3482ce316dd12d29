import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { messageOf, notFound, systemError } from '../../../errors/index.ts';
import { codeOf, exchange, removeTree, renameNoReplace, writeDurable } from '../../../host/index.ts';
import type { Discarded } from '../../capabilities.ts';
import type { Pool } from '../../pools/index.ts';
import { decodeRecord, encodeRecord, formatCreatedAt } from '../../record.ts';
import type { Volume } from '../../volume.ts';
import { fsyncPath } from '../fsync-path.ts';
import { GroupSync } from '../group-sync.ts';
import { discardId, parseDiscardId } from './discard-id.ts';
import { dataFolder, dataName, recordName, removedFolder, trashName } from './layout.ts';
import { localDriverName, readVolume } from './read-volume.ts';

/**
 * What was put aside in one pool: `<root>/.trash/<id>`, each the whole folder that a volume had. Coming and going are one
 * rename each. The caller makes changes to the root durable; those to the trash are on disk once `sync` resolves.
 */
export class PoolTrash {
  readonly #pool: Pool;
  readonly #root: string;
  readonly #sync: GroupSync;
  /** Undefined where the record was not read yet. */
  readonly #entries = new Map<string, Discarded | undefined>();

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#root = `${pool.root}/${trashName}`;
    this.#sync = new GroupSync(this.#root);
    if (!existsSync(this.#root)) return;
    for (const id of readdirSync(this.#root)) if (parseDiscardId(id) !== undefined) this.#entries.set(id, undefined);
  }

  /** Takes a volume's folder; whoever calls has made sure that it is not in use. @throws system where it cannot be renamed. */
  async take(volume: Volume): Promise<Discarded> {
    const from = `${this.#pool.root}/${volume.name}`;
    try {
      const entry = this.#newEntry(volume);
      // The one case in which the id does not say all, for a volume that Docker made and that has no record.
      if (entry.id.endsWith('~')) await writeDurable(`${from}/${recordName}`, encodeRecord(volume));
      renameSync(from, entry.folder);
      this.#entries.set(entry.id, entry);
      return entry;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') throw notFound('no such volume', error);
      throw systemError(`cannot move ${from} into the trash: ${messageOf(error)}`, error);
    }
  }

  /**
   * Puts a folder of data in place of a volume's and keeps what was there. The exchange is the one step that counts: a crash
   * before it leaves the new data in the trash and the volume as it was.
   */
  async swap(volume: Volume, fresh: string): Promise<Discarded> {
    const entry = this.#newEntry(volume);
    const aside = `${entry.folder}/${dataName}`;
    try {
      mkdirSync(entry.folder, { mode: 0o701 });
      writeFileSync(`${entry.folder}/${recordName}`, encodeRecord(volume), { mode: 0o600, flag: 'wx' });
      renameSync(fresh, aside);
      await Promise.all([fsyncPath(`${entry.folder}/${recordName}`), fsyncPath(entry.folder), this.sync()]);
      exchange(aside, dataFolder(this.#pool.root, volume.name));
    } catch (error) {
      if (existsSync(aside)) renameSync(aside, fresh);
      await removeTree(entry.folder);
      throw systemError(`cannot replace the data of the volume: ${messageOf(error)}`, error);
    }
    this.#entries.set(entry.id, entry);
    await Promise.all([fsyncPath(entry.folder), fsyncPath(`${this.#pool.root}/${volume.name}`)]);
    return entry;
  }

  list(): Discarded[] {
    return [...this.#entries].flatMap(([id, known]) => {
      const entry = known ?? this.#read(id);
      this.#entries.set(id, entry);
      return entry ?? [];
    });
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Gives a folder back to its pool, as the volume of that name. @throws not-found where it is gone, or the name taken. */
  async giveBack(id: string, name: string): Promise<void> {
    const folder = `${this.#root}/${id}`;
    await this.#rename(folder, name);
    if (!renameNoReplace(folder, `${this.#pool.root}/${name}`)) {
      throw systemError(`${this.#pool.root}/${name} is there already`);
    }
    this.#entries.delete(id);
  }

  /** Moves a folder to where it is nothing any more. @returns the path from which to delete it; undefined where it is gone. */
  drop(id: string): string | undefined {
    const away = removedFolder(this.#pool.root);
    try {
      renameSync(`${this.#root}/${id}`, away);
      return away;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw systemError(`cannot take ${id} out of the trash: ${messageOf(error)}`, error);
    } finally {
      this.#entries.delete(id);
    }
  }

  /** Resolves once everything done before is on disk, on this side of the renames. */
  async sync(): Promise<void> {
    if (existsSync(this.#root)) await this.#sync.sync();
  }

  #newEntry(volume: Volume): Discarded {
    mkdirSync(this.#root, { recursive: true, mode: 0o700 });
    let discardedAt = Date.now();
    while (existsSync(`${this.#root}/${discardId(volume.name, discardedAt)}`)) discardedAt += 1;
    const id = discardId(volume.name, discardedAt);
    return { id, volume, discardedAt, folder: `${this.#root}/${id}`, pool: this.#pool };
  }

  /** The record goes with the name: `volume.json` must not tell of another one. */
  async #rename(folder: string, name: string): Promise<void> {
    const path = `${folder}/${recordName}`;
    if (!existsSync(folder)) throw notFound('it is not in the trash any more');
    if (!existsSync(path)) return;
    const record = decodeRecord(readFileSync(path, 'utf8'));
    if (record.name !== name) await writeDurable(path, encodeRecord({ ...record, name }));
  }

  /** Undefined where the folder is gone, by somebody's hand. */
  #read(id: string): Discarded | undefined {
    const said = parseDiscardId(id);
    const folder = `${this.#root}/${id}`;
    if (said === undefined || !existsSync(folder)) return undefined;
    const { discardedAt } = said;
    return { id, volume: this.#volume(id, said), discardedAt, folder, pool: this.#pool };
  }

  #volume(id: string, { name, isCut, discardedAt }: { name: string; isCut: boolean; discardedAt: number }): Volume {
    const nameless = { driver: localDriverName, scope: 'local', labels: null, options: null } as const;
    let volume: Volume = { ...nameless, name, mountpoint: '', createdAt: formatCreatedAt(discardedAt) };
    try {
      volume = readVolume(this.#root, id) ?? volume;
      if (isCut) name = decodeRecord(readFileSync(`${this.#root}/${id}/${recordName}`, 'utf8')).name;
    } catch {
      // It can be given back all the same, and says then what is wrong with its record.
    }
    return { ...volume, name, mountpoint: dataFolder(this.#pool.root, name) };
  }
}
