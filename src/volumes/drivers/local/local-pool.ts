import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { conflict, notFound, systemError } from '../../../errors/index.ts';
import { fsyncDirectory, type Log, renameNoReplace, writeDurable } from '../../../host/index.ts';
import type { Discarded, VolumeHome } from '../../capabilities.ts';
import { anonymousLabel } from '../../name.ts';
import type { Pool, PoolDriver } from '../../pools/index.ts';
import { encodeRecord } from '../../record.ts';
import type { Volume } from '../../volume.ts';
import { GroupSync } from '../group-sync.ts';
import { Catalogue } from './catalogue.ts';
import { dataFolder, dockerOptionsName, recordName } from './layout.ts';
import { type Fill, makeVolume } from './make-volume.ts';
import { PoolTrash } from './pool-trash.ts';
import { Sweeper } from './sweeper.ts';
import { refuseLinkOutside, takeAway } from './take-away.ts';

/** When records are read that nobody has asked for yet: late enough to leave the start-up alone. */
const readAheadMs = 1000;

/** The volumes of one pool: which there are, and how they come and go. */
export class LocalPool implements Pool {
  readonly name: string;
  readonly root: string;
  readonly driver: PoolDriver;
  readonly catalogue: Catalogue;
  readonly trash: PoolTrash;
  /** Volumes that must not be attached now. */
  readonly #still = new Set<string>();
  readonly #sync: GroupSync;
  readonly #sweeper: Sweeper;
  readonly #reading: NodeJS.Timeout;

  /** Takes the root as a crash may have left it; that is tidied behind the answers. */
  constructor({ name, root, driver }: Pool, log: Log) {
    this.name = name;
    this.root = root;
    this.driver = driver;
    this.catalogue = new Catalogue(root);
    this.trash = new PoolTrash(this);
    this.#sync = new GroupSync(root);
    this.#sweeper = new Sweeper(driver, log);
    this.#sweeper.add(...this.catalogue.scan());
    this.#reading = setTimeout(() => void this.catalogue.list(), readAheadMs).unref();
  }

  /** Makes a volume, durably. @throws system where that fails, which leaves nothing. */
  async make(volume: Volume, fill?: Fill): Promise<void> {
    await makeVolume({ root: this.root, pool: this.driver, sync: this.#sync }, volume, fill);
    this.catalogue.add(volume);
  }

  /** Writes a volume's record anew. @throws not-found where there is no such volume. */
  async update(name: string, change: Partial<Pick<Volume, 'labels' | 'options'>>): Promise<Volume> {
    const before = this.catalogue.find(name);
    if (before === undefined) throw notFound('no such volume');
    const volume: Volume = { ...before, ...change };
    await writeDurable(`${this.root}/${name}/${recordName}`, encodeRecord(volume));
    this.catalogue.add(volume);
    return volume;
  }

  /** Deletes a folder of the pool that is no volume, behind the answers. */
  sweep(folder: string): void {
    this.#sweeper.add(folder);
  }

  /** Takes a volume away, durably; what it held is deleted behind that. */
  async remove(name: string): Promise<void> {
    const away = takeAway(this.root, name);
    this.catalogue.delete(name);
    // On disk before anything is deleted: a crash must leave the whole volume or none of it.
    await this.#sync.sync();
    this.#sweeper.add(away);
  }

  /** Puts a volume aside, whole and durably. @throws as {@link remove}. */
  async discard(name: string): Promise<Discarded> {
    const volume = this.catalogue.find(name);
    if (volume === undefined) throw notFound('no such volume');
    refuseLinkOutside(this.root, dataFolder(this.root, name));
    const discarded = await this.trash.take(volume);
    this.catalogue.delete(name);
    await this.#syncBoth();
    return discarded;
  }

  /** Makes a volume again of what was put aside, durably. */
  async reinstate(id: string, name: string): Promise<Volume> {
    await this.trash.giveBack(id, name);
    await this.#syncBoth();
    const volume = this.catalogue.find(name);
    if (volume === undefined) throw systemError(`there is no volume in ${this.root}/${name}`);
    return volume;
  }

  /** Removes for good what was put aside, durably; it is deleted behind that. */
  async purge(id: string): Promise<void> {
    const away = this.trash.drop(id);
    if (away === undefined) return;
    await this.#syncBoth();
    this.#sweeper.add(away);
  }

  /** Makes a volume of a folder on the same file system, durably. @throws system where there is a folder of its name. */
  async receive(folder: string, volume: Volume): Promise<void> {
    await writeDurable(`${folder}/${recordName}`, encodeRecord(volume));
    if (!renameNoReplace(folder, this.home(volume.name).folder)) {
      throw systemError(`${this.home(volume.name).folder} is there already`);
    }
    await Promise.all([this.#sync.sync(), fsyncDirectory(dirname(folder))]);
    this.catalogue.add(volume);
  }

  /** Gives a volume's folder away. @throws system where there is something at `to`, or it is on another file system. */
  async release(name: string, { to, options }: { to: string; options: string | undefined }): Promise<void> {
    const { folder, data } = this.home(name);
    refuseLinkOutside(this.root, data);
    if (options !== undefined) await writeDurable(`${folder}/${dockerOptionsName}`, options);
    if (statSync(folder).dev !== statSync(dirname(to)).dev) {
      throw systemError(`${dirname(to)} is on another file system: copy it there (--copy)`);
    }
    if (!renameNoReplace(folder, to)) throw systemError(`${to} is there already`);
    this.catalogue.delete(name);
    await Promise.all([this.#sync.sync(), fsyncDirectory(dirname(to))]);
  }

  /** A rename from one folder into another is on disk once both are. */
  async #syncBoth(): Promise<void> {
    await Promise.all([this.#sync.sync(), this.trash.sync()]);
  }

  /**
   * Gives a volume another name, durably; once named, it is no anonymous volume any more. Its record follows the folder: the
   * folder's name is what counts.
   * @throws conflict where something has that name already.
   */
  async rename(name: string, to: string): Promise<Volume> {
    const before = this.catalogue.find(name);
    if (before === undefined) throw notFound('no such volume');
    await this.#renameFolder(before, to);
    const { [anonymousLabel]: _, ...labels } = before.labels ?? {};
    try {
      return await this.update(to, { labels: before.labels === null ? null : labels });
    } catch (error) {
      await this.#renameFolder({ ...before, name: to }, name);
      throw error;
    }
  }

  async #renameFolder(volume: Volume, to: string): Promise<void> {
    if (!renameNoReplace(`${this.root}/${volume.name}`, `${this.root}/${to}`))
      throw conflict(`${this.root}/${to} is in the way`);
    this.catalogue.delete(volume.name);
    this.catalogue.add({ ...volume, name: to, mountpoint: dataFolder(this.root, to) });
    await this.#sync.sync();
  }

  /** Where a volume of that name lies, whether or not there is one. */
  home(name: string): VolumeHome {
    const { root, driver, name: poolName } = this;
    return { root, folder: `${root}/${name}`, data: dataFolder(root, name), pool: driver, poolName };
  }

  /** Makes a volume's data reachable where it may not be since the last boot, unless it is being kept from that. */
  attach(name: string): void {
    if (!this.#still.has(name)) this.driver.attach?.(dataFolder(this.root, name));
  }

  /** Keeps a volume's data from being attached by whoever looks at it, while that would be in the way. */
  async holdStill<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#still.add(name);
    try {
      return await work();
    } finally {
      this.#still.delete(name);
    }
  }

  /** Whether the disk under it is still in its place. */
  isThere(): boolean {
    return existsSync(`${this.root}/`);
  }

  /** Resolves once all that start-up and removals left to tidy is done. */
  idle(): Promise<void> {
    return this.#sweeper.idle();
  }

  async close(): Promise<void> {
    clearTimeout(this.#reading);
    await this.#sweeper.close();
  }
}
