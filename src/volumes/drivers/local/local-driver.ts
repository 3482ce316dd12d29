import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { notFound } from '../../../errors/index.ts';
import { diskUsage, EmptyFolders, type Log } from '../../../host/index.ts';
import type { Closer, Filler, Homed, Measurer, MountAdopter, VolumeHome } from '../../capabilities.ts';
import { checkName, isFolderName } from '../../name.ts';
import { checkOptions } from '../../options.ts';
import { DirectoryDriver, type PoolDriver } from '../../pools/index.ts';
import { formatCreatedAt } from '../../record.ts';
import type { Listing, NewVolume, Volume, VolumeDriver } from '../../volume.ts';
import { GroupSync } from '../group-sync.ts';
import { Catalogue } from './catalogue.ts';
import { dataFolder } from './layout.ts';
import { LocalMounts } from './local-mounts.ts';
import { type Fill, makeVolume } from './make-volume.ts';
import { localDriverName } from './read-volume.ts';
import { Sweeper } from './sweeper.ts';
import { takeAway } from './take-away.ts';

/** When records are read that nobody has asked for yet: late enough to leave the start-up alone. */
const readAheadMs = 1000;

/** Where the driver keeps its volumes, and what outlives the daemon but not the next boot. */
interface LocalDriverOptions {
  /** `<data-root>/volumes`, absolute; made where it is missing. */
  root: string;
  /** `<exec-root>/volumes`, absolute; made where it is missing. */
  runRoot: string;
  log: Log;
}

/**
 * Keeps each volume as a folder on this host. With options, that folder is where something else is mounted while the
 * volume is in use: a device, a network share, a tmpfs or another folder.
 */
export class LocalDriver implements VolumeDriver, MountAdopter, Measurer, Homed, Filler, Closer {
  readonly name = localDriverName;
  readonly scope = 'local';
  readonly #root: string;
  readonly #pool: PoolDriver = new DirectoryDriver();
  readonly #catalogue: Catalogue;
  readonly #sync: GroupSync;
  readonly #mounts: LocalMounts;
  readonly #sweeper: Sweeper;
  readonly #empty = new EmptyFolders();
  readonly #reading: NodeJS.Timeout;

  /** Takes the root as a crash may have left it; that is tidied behind the answers. */
  constructor({ root, runRoot, log }: LocalDriverOptions) {
    mkdirSync(root, { recursive: true, mode: 0o701 });
    this.#root = root;
    this.#catalogue = new Catalogue(root);
    this.#sync = new GroupSync(root);
    this.#sweeper = new Sweeper(this.#pool, log);
    this.#sweeper.add(...this.#catalogue.scan());
    this.#mounts = new LocalMounts({ root, runRoot, catalogue: this.#catalogue, log });
    this.#reading = setTimeout(() => void this.#catalogue.list(), readAheadMs).unref();
  }

  create(volume: NewVolume): Promise<Volume> {
    return this.createFilled(volume);
  }

  async createFilled({ name, labels, options }: NewVolume, fill?: Fill): Promise<Volume> {
    checkName(name);
    // Project quotas come with the storage pools; until then a plain folder cannot be limited.
    checkOptions(options, { quota: false });
    const createdAt = formatCreatedAt(Date.now());
    const mountpoint = dataFolder(this.#root, name);
    const volume: Volume = { name, driver: this.name, mountpoint, createdAt, labels, options, scope: this.scope };
    await makeVolume({ root: this.#root, pool: this.#pool, sync: this.#sync }, volume, fill);
    this.#catalogue.add(volume);
    return volume;
  }

  async get(name: string): Promise<Volume | undefined> {
    return this.#catalogue.find(name);
  }

  peek(name: string): Volume | undefined {
    return this.#catalogue.peek(name);
  }

  list(): Promise<Listing> {
    return this.#catalogue.list();
  }

  async remove(name: string): Promise<void> {
    if (!isFolderName(name)) throw notFound('no such volume');
    await this.#mounts.refuseUsedAndDetach(name);
    const away = takeAway(this.#root, name);
    this.#catalogue.delete(name);
    this.#empty.forget(dataFolder(this.#root, name));
    // On disk before anything is deleted: a crash must leave the whole volume or none of it.
    await this.#sync.sync();
    this.#sweeper.add(away);
  }

  async mount(name: string, mountId: string): Promise<string> {
    const volume = this.#catalogue.find(name);
    if (volume === undefined) throw notFound('no such volume');
    await this.#mounts.mount(volume, mountId);
    return volume.mountpoint;
  }

  unmount(name: string, mountId: string): Promise<void> {
    return this.#mounts.unmount(name, mountId);
  }

  adopt(name: string, mountId: string): void {
    this.#mounts.adopt(name, mountId);
  }

  settle(): Promise<void> {
    return this.#mounts.settle();
  }

  home(name: string): VolumeHome | undefined {
    if (this.#catalogue.find(name) === undefined) return undefined;
    return { root: this.#root, folder: join(this.#root, name), data: dataFolder(this.#root, name), pool: this.#pool };
  }

  size(name: string): number | Promise<number> {
    const folder = dataFolder(this.#root, name);
    return this.#empty.has(folder) ? 0 : diskUsage(folder);
  }

  /** Resolves once all that start-up and removals left to tidy is done. */
  async idle(): Promise<void> {
    await this.#mounts.tidied();
    await this.#sweeper.idle();
  }

  async close(): Promise<void> {
    clearTimeout(this.#reading);
    await this.#mounts.tidied();
    await this.#sweeper.close();
  }
}
