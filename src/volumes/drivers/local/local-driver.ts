import { mkdirSync, statSync } from 'node:fs';
import { conflict, invalidArgument, notFound, systemError } from '../../../errors/index.ts';
import { diskUsage, EmptyFolders, type Log } from '../../../host/index.ts';
import type {
  Closer,
  Discarded,
  Discarder,
  Filler,
  Homed,
  Measurer,
  MountAdopter,
  MountCounter,
  MoveOptions,
  Mover,
  Receiver,
  Renamer,
  Resizer,
  Updater,
  VolumeChange,
  VolumeHome,
} from '../../capabilities.ts';
import { checkName, isFolderName } from '../../name.ts';
import { checkOptions, optionMount } from '../../options.ts';
import { chooseDriver, mainPoolName, type Pool, type PoolUser } from '../../pools/index.ts';
import { formatCreatedAt } from '../../record.ts';
import type { Listing, NewVolume, Volume, VolumeDriver } from '../../volume.ts';
import { dataFolder } from './layout.ts';
import { LocalMounts } from './local-mounts.ts';
import { LocalPool } from './local-pool.ts';
import { LocalPools } from './local-pools.ts';
import type { Fill } from './make-volume.ts';
import { finishMoves, moveVolume } from './move-volume.ts';
import { localDriverName } from './read-volume.ts';
import { keepingLimit, resizeVolume } from './resize-volume.ts';

/** Where the driver keeps its volumes, and what outlives the daemon but not the next boot. */
interface LocalDriverOptions {
  /** `<data-root>/volumes`, absolute; made where it is missing. */
  root: string;
  /** `<exec-root>/volumes`, absolute; made where it is missing. */
  runRoot: string;
  log: Log;
}

/** All that the local driver can do beyond the contract. */
type LocalPowers = VolumeDriver &
  MountAdopter &
  Measurer &
  MountCounter &
  Homed &
  Filler &
  Updater &
  Renamer &
  Discarder &
  Receiver &
  Resizer &
  Mover &
  PoolUser &
  Closer;

/**
 * Keeps each volume as a folder on this host, in one of several pools. With options, that folder is where something else is
 * mounted while the volume is in use: a device, a network share, a tmpfs or another folder.
 */
export class LocalDriver implements LocalPowers {
  readonly name = localDriverName;
  readonly scope = 'local';
  readonly #pools: LocalPools;
  readonly #mounts: LocalMounts;
  readonly #empty = new EmptyFolders();
  readonly #log: Log;

  /** Takes the root as a crash may have left it; that is tidied behind the answers. */
  constructor({ root, runRoot, log }: LocalDriverOptions) {
    this.#log = log;
    mkdirSync(root, { recursive: true, mode: 0o701 });
    this.#pools = new LocalPools(new LocalPool({ name: mainPoolName, root, driver: chooseDriver(root) }, log));
    this.#mounts = new LocalMounts({ runRoot, pools: this.#pools, log });
  }

  /** Takes up a pool beside the main one, with the volumes that are in it. */
  attachPool(pool: Pool): void {
    this.#pools.add(new LocalPool(pool, this.#log));
    this.#mounts.tidyAgain();
  }

  /** Lets go of a pool, once what was removed from it is deleted: nothing of it is known or touched any more after that. */
  async detachPool(name: string): Promise<void> {
    const pool = this.#pools.delete(name);
    await pool?.idle();
    await pool?.close();
  }

  pools(): Array<Pool & { volumes: number }> {
    return this.#pools
      .all()
      .map(({ name, root, driver, catalogue }) => ({ name, root, driver, volumes: catalogue.count }));
  }

  /** Notes that a pool cannot be reached, for `reason`: lists warn of it, and nothing is made that it may have already. */
  losePool(name: string, reason: string): void {
    this.#pools.lose(name, reason);
  }

  /** Says where volumes are made that name no pool; without it, in the main one. */
  setDefaultPool(name: string): void {
    this.#pools.setDefault(name);
  }

  create(volume: NewVolume): Promise<Volume> {
    return this.createFilled(volume);
  }

  async createFilled({ name, labels, options }: NewVolume, fill?: Fill): Promise<Volume> {
    checkName(name);
    const pool = this.#pools.forNew(name, options?.pool ?? '');
    // What is mounted there has a size of its own.
    checkOptions(options, { quota: pool.driver.hasLimits && optionMount(options) === undefined });
    const createdAt = formatCreatedAt(Date.now());
    const mountpoint = dataFolder(pool.root, name);
    const volume: Volume = { name, driver: this.name, mountpoint, createdAt, labels, options, scope: this.scope };
    await pool.make(volume, fill);
    return volume;
  }

  async get(name: string): Promise<Volume | undefined> {
    return this.#pools.find(name);
  }

  peek(name: string): Volume | undefined {
    return this.#pools.peek(name);
  }

  list(): Promise<Listing> {
    return this.#pools.list();
  }

  async update(name: string, { labels }: VolumeChange): Promise<Volume> {
    return this.#pools.require(name).update(name, { labels });
  }

  async resize(name: string, size: string): Promise<Volume> {
    const pool = this.#pools.require(name);
    pool.attach(name);
    const isUsed = this.#mounts.count(name) > 0;
    return pool.holdStill(name, () => resizeVolume(pool, { name, size, isUsed }));
  }

  async move(name: string, to: string, options: MoveOptions): Promise<{ volume: Volume; from: string }> {
    const pool = this.#pools.require(name);
    const target = this.#pools.named(to);
    if (target === pool) throw invalidArgument(`it is in pool ${to} already`);
    if (this.#mounts.count(name) > 0) throw conflict('it is in use: stop the containers that use it first');
    pool.attach(name);
    this.#empty.forget(pool.home(name).data);
    return { volume: await moveVolume({ name, from: pool, to: target }, options), from: pool.name };
  }

  poolsOpened(): void {
    finishMoves(this.#pools, this.#log);
  }

  remove(name: string): Promise<void> {
    return this.#whileUnused(name, (pool) => pool.remove(name));
  }

  discard(name: string): Promise<Discarded> {
    return this.#whileUnused(name, (pool) => pool.discard(name));
  }

  replace(name: string, fresh: string): Promise<Discarded> {
    return this.#whileUnused(name, async (pool) => {
      const volume = pool.catalogue.find(name);
      if (volume === undefined) throw notFound('no such volume');
      return keepingLimit(pool, { name, fresh }, () => pool.trash.swap(volume, fresh));
    });
  }

  discarded(): Discarded[] {
    return this.#pools.all().flatMap((pool) => pool.trash.list());
  }

  async reinstate(id: string, name: string): Promise<Volume> {
    // What is taken over from Docker may have a name that is too short for a new one.
    if (!isFolderName(name)) checkName(name);
    const pool = this.#pools.all().find(({ trash }) => trash.has(id));
    if (pool === undefined) throw notFound('it is not in the trash any more');
    return pool.reinstate(id, name);
  }

  async purge(id: string): Promise<void> {
    await this.#pools
      .all()
      .find(({ trash }) => trash.has(id))
      ?.purge(id);
  }

  canReceive(folder: string): boolean {
    return this.#poolOnDiskOf(folder) !== undefined;
  }

  async receive(folder: string, { name, labels, options, createdAt }: NewVolume & Pick<Volume, 'createdAt'>) {
    if (!isFolderName(name)) checkName(name);
    const pool = this.#poolOnDiskOf(folder);
    if (pool === undefined) throw systemError(`${folder} is on another file system`);
    const mountpoint = dataFolder(pool.root, name);
    const volume: Volume = { name, driver: this.name, mountpoint, createdAt, labels, options, scope: this.scope };
    await pool.receive(folder, volume);
    return volume;
  }

  release(name: string, target: { to: string; options: string | undefined }): Promise<void> {
    return this.#whileUnused(name, (pool) => pool.release(name, target));
  }

  async mount(name: string, mountId: string): Promise<string> {
    const volume = this.#pools.find(name);
    if (volume === undefined) throw notFound('no such volume');
    this.#pools.of(name)?.attach(name);
    await this.#mounts.mount(volume, mountId);
    return volume.mountpoint;
  }

  unmount(name: string, mountId: string): Promise<void> {
    return this.#mounts.unmount(name, mountId);
  }

  mounts(name: string): number {
    return this.#mounts.count(name);
  }

  adopt(name: string, mountId: string): void {
    this.#mounts.adopt(name, mountId);
  }

  settle(): Promise<void> {
    return this.#mounts.settle();
  }

  async rename(name: string, to: string): Promise<Volume> {
    checkName(to);
    return this.#whileUnused(name, (pool) => pool.rename(name, to));
  }

  openPools(): readonly Pool[] {
    return this.#pools.all();
  }

  home(name: string): VolumeHome | undefined {
    const pool = this.#pools.of(name);
    pool?.attach(name);
    return pool?.home(name);
  }

  size(name: string): number | Promise<number> {
    const folder = this.#pools.peek(name)?.mountpoint ?? '';
    if (this.#empty.has(folder)) return 0;
    this.#pools.of(name)?.attach(name);
    return diskUsage(folder);
  }

  /** Resolves once all that start-up and removals left to tidy is done. */
  async idle(): Promise<void> {
    await this.#mounts.tidied();
    for (const pool of this.#pools.all()) await pool.idle();
  }

  async close(): Promise<void> {
    await this.#mounts.tidied();
    await Promise.all(this.#pools.all().map((pool) => pool.close()));
  }

  /** A pool that a folder can be renamed into; on btrfs the data of a volume is more than a folder. */
  #poolOnDiskOf(folder: string): LocalPool | undefined {
    const { dev } = statSync(folder);
    return this.#pools.all().find(({ root, driver }) => driver.kind !== 'btrfs' && statSync(root).dev === dev);
  }

  /** Does what takes a volume's folder from its place, or changes it. @throws system `volume has active mounts`. */
  async #whileUnused<T>(name: string, work: (pool: LocalPool) => Promise<T>): Promise<T> {
    const pool = this.#pools.require(name);
    const { data } = pool.home(name);
    return pool.holdStill(name, async () => {
      await this.#mounts.refuseUsedAndDetach(name, data);
      const result = await work(pool);
      this.#empty.forget(data);
      return result;
    });
  }
}
