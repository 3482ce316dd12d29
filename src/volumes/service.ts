import { dirname, join } from 'node:path';
import { KeyedLock, SingleFlight } from '../async/index.ts';
import { conflict, isKind, notFound } from '../errors/index.ts';
import type { Filters, VolumeCreate } from '../wire/index.ts';
import { VolumeAdoption } from './adopt/index.ts';
import { type Aside, dataHome, withAside } from './aside.ts';
import { isCloser, isMountAdopter } from './capabilities.ts';
import { type CloneRequest, cloneVolume } from './clone.ts';
import type { Core } from './core.ts';
import { findOnly, findOrCreate, named, type VolumeRequest } from './create.ts';
import { createFilled } from './create-filled.ts';
import { DriverRegistry } from './driver-registry.ts';
import { LocalDriver } from './drivers/local/index.ts';
import { listFilter } from './filters.ts';
import { type Freezer, noHolders } from './freezer.ts';
import { HistoryBook } from './history/index.ts';
import { homeOf } from './home.ts';
import { adoptMount, type MountUse, mountVolume, type UnmountUse, unmountVolume } from './mount.ts';
import { failedTo } from './operation-error.ts';
import { Patience } from './patience.ts';
import { Placement } from './placement.ts';
import { PoolService } from './pools/index.ts';
import { type PruneOptions, type PruneResult, pruneVolumes } from './prune.ts';
import { References } from './references.ts';
import { forgetIfFree, type RemoveOptions, removeVolume } from './remove.ts';
import { renameVolume } from './rename.ts';
import type { VolumeServiceOptions } from './service-options.ts';
import { type Prunable, VolumeSight } from './sight.ts';
import { Snapshots, withSource } from './snapshots/index.ts';
import { VolumeStore } from './store.ts';
import { VolumeTransfers } from './transfer/index.ts';
import { noTrash, replaceData, TrashKeeper, tellTrashed, VolumeTrash } from './trash/index.ts';
import { unusedVolumes } from './unused.ts';
import { type LabelChange, setProtected, updateLabels } from './update.ts';
import { measureAll, type VolumeUsage } from './usage.ts';
import type { Volume } from './volume.ts';

/** Beside the volumes, whose names never begin with a dot. */
const seenFiles = { sizes: '.sizes.json', forecast: '.forecast.json' };

/** Everything the rest of the engine does with volumes. Operations on one name follow each other; names are independent. */
export class VolumeService {
  /** Volumes as archives. */
  readonly transfers: VolumeTransfers;
  readonly snapshots: Snapshots;
  /** The places that local volumes are kept in. */
  readonly pools: PoolService;
  /** Which pool a volume is in, and how much it may hold. */
  readonly placement: Placement;
  readonly #core: Core;
  /** What was removed and can be had back. */
  readonly trash: VolumeTrash;
  readonly adoption: VolumeAdoption;
  readonly #measuring = new SingleFlight<VolumeUsage[]>();
  #pruning = false;

  /** What there is to see of volumes beyond what Docker tells. */
  readonly sight: VolumeSight;

  private constructor(core: Core, pools: PoolService, root: string) {
    this.#core = core;
    this.pools = pools;
    this.placement = new Placement(core);
    const { sizes, forecast } = seenFiles;
    this.sight = new VolumeSight(core, { sizes: join(root, sizes), forecast: join(root, forecast) });
    this.trash = new VolumeTrash(core);
    this.adoption = new VolumeAdoption(core);
    this.transfers = new VolumeTransfers(core);
    this.snapshots = new Snapshots(core);
  }

  /** Opens the root as a crash may have left it. Takes milliseconds with ten thousand volumes: records are read later. */
  static async open(options: VolumeServiceOptions): Promise<VolumeService> {
    const { root, runRoot, emit, log, drivers = [], source, patienceMs } = options;
    const local = new LocalDriver({ root, runRoot, log });
    const dataRoot = dirname(root);
    const pools = new PoolService({ root: join(dataRoot, 'pools'), dataRoot, user: local, log });
    await pools.open();
    const registry = new DriverRegistry([local, ...drivers], source);
    const store = new VolumeStore(registry, log, new Patience(patienceMs));
    const locks = new KeyedLock();
    const history = new HistoryBook({ folderOf: (name) => homeOf(store, name)?.folder, locks, log });
    const trash = new TrashKeeper({ drivers: registry, log }, options.trash ?? noTrash);
    const references = new References();
    const core = { drivers: registry, store, references, locks, history, trash, freezer: noHolders, emit, log };
    return new VolumeService(core, pools, root);
  }

  /** Says who can be asked about holders, and begins what volumes do by themselves: snapshots on schedule. */
  begin(freezer: Freezer): void {
    this.#core.freezer = freezer;
    this.snapshots.schedules.begin();
  }

  /** Finds or makes a volume, durably. See {@link findOrCreate} for what is thrown. */
  create({ Name, Driver, DriverOpts, Labels }: VolumeCreate): Promise<Volume> {
    const request = named({ name: Name, driver: Driver, options: DriverOpts, labels: Labels });
    return withSource(this.#core, request, (source) => findOrCreate(this.#core, request, source));
  }

  /** Makes a volume with the data of another one. See {@link cloneVolume}. */
  clone(from: string, wanted: CloneRequest): Promise<Volume> {
    return cloneVolume(this.#core, from, wanted);
  }

  /** Gives a volume another name, durably. See {@link renameVolume}. */
  rename(name: string, to: string): Promise<Volume> {
    return this.#core.locks.holdAll([name, to], () => renameVolume(this.#core, name, to));
  }

  /**
   * Finds or makes a volume and holds it, as one step: no removal comes between.
   * @throws as {@link create}; not-found where the volume `mustExist` and does not.
   */
  createAndHold(wanted: VolumeRequest, holder: string): Promise<Volume> {
    const request = named({ ...wanted, holder });
    return withSource(this.#core, request, async (source) => {
      const volume = request.mustExist
        ? await findOnly(this.#core, request.name)
        : await findOrCreate(this.#core, request, source);
      this.#core.references.add(volume.name, holder);
      return volume;
    });
  }

  /** Makes a volume that has data from the start, durably and as a whole. See {@link createFilled} for what is thrown. */
  createFilled(request: Omit<VolumeRequest, 'mustExist'>, fill: (data: string) => Promise<void>): Promise<Volume> {
    return this.#core.locks.hold(request.name, () => createFilled(this.#core, request, fill));
  }

  /**
   * @throws not-found `get NAME: no such volume`; what is still known of such a one is forgotten then, unless it is held.
   * Waits for no operation under way on the volume.
   */
  async get(name: string): Promise<Volume> {
    try {
      return (await this.#core.store.require(name)).volume;
    } catch (error) {
      if (isKind(error, 'not-found')) this.#forgetIfGone(name);
      throw failedTo('get', name, error);
    }
  }

  /** Behind the answer, and asking again: by the time of its turn it may have been made anew. */
  #forgetIfGone(name: string): void {
    if (this.#core.store.peek(name) === undefined) return;
    this.#core.locks
      .hold(name, async () => {
        if ((await this.#core.store.find(name)) === undefined) await forgetIfFree(this.#core, name);
      })
      .catch((error: unknown) => this.#core.log.warn({ volume: name, err: error }, 'could not forget a lost volume'));
  }

  /** Names of the drivers that are known: the local one, and plugins that have answered or have volumes here. */
  driverNames(): string[] {
    return this.#core.drivers.known().map(({ name }) => name);
  }

  /** @throws invalid-argument for filters that are none of a list's. A driver that fails makes a warning. */
  async list(filters: Filters): Promise<{ volumes: Volume[]; warnings: string[] }> {
    const wanted = listFilter(filters, (name) => this.#core.references.count(name) > 0);
    const { volumes, warnings } = await this.#core.store.list();
    return { volumes: await unusedVolumes(this.#core, volumes.filter(wanted), filters), warnings: [...warnings] };
  }

  /** Changes labels, durably. See {@link updateLabels}. */
  update(name: string, change: LabelChange): Promise<Volume> {
    return this.#core.locks.hold(name, () => updateLabels(this.#core, name, change));
  }

  /** From now on no route removes the volume, or any may again. @throws as {@link update}. */
  setProtected(name: string, wanted: boolean): Promise<Volume> {
    return this.#core.locks.hold(name, () => setProtected(this.#core, name, wanted));
  }

  /** Lends a place for data in a volume's pool. See {@link withAside}. Takes no lock: the volume may change meanwhile. */
  aside<T>(name: string, work: (aside: Aside) => Promise<T>): Promise<T> {
    return withAside(this.#core, name, work);
  }

  /** Whether its data can be copied at once, whatever its size; where it lies elsewhere than in a pool it cannot. */
  hasInstantCopies(name: string): boolean {
    return dataHome(this.#core, name)?.pool.hasInstantCopies ?? false;
  }

  /** Puts other data in place of a volume's, and the old into the trash. See {@link replaceData}. */
  replaceData(name: string, fresh: string): Promise<string | undefined> {
    return this.#core.locks.hold(name, () => replaceData(this.#core, name, fresh));
  }

  /** Removes a volume that nobody holds, durably. See {@link removeVolume} for the options and what is thrown. */
  remove(name: string, options: RemoveOptions): Promise<void> {
    return this.#core.locks.hold(name, async () => {
      const discarded = await removeVolume(this.#core, name, options);
      if (discarded !== undefined) tellTrashed(this.#core, discarded);
    });
  }

  /**
   * Removes volumes that nobody holds: anonymous ones, or with `all` (API 1.41 and older: always) named ones too.
   * @throws conflict while another prune runs; invalid-argument for filters that are none of prune's.
   */
  async prune(filters: Filters, options: PruneOptions): Promise<PruneResult> {
    if (this.#pruning) throw conflict('a prune operation is already running');
    this.#pruning = true;
    try {
      return await pruneVolumes(this.#core, filters, options);
    } finally {
      this.#pruning = false;
    }
  }

  /** What {@link prune} would remove, largest first, with the sizes as far as they are known. @throws as it */
  prunable(filters: Filters, options: { all: boolean }): Promise<Prunable[]> {
    return this.sight.prunable(filters, options);
  }

  /** What local volumes without options take up. Callers at the same time share one walk. */
  usage(): Promise<VolumeUsage[]> {
    return this.#measuring.run('all', async () => {
      const usages = await measureAll(this.#core);
      this.sight.learn(usages);
      return usages;
    });
  }

  /**
   * Holds a volume that exists; at once, so that a daemon that starts can take up its containers' holds one by one.
   * @throws not-found `get NAME: no such volume`; conflict while it is being removed.
   */
  hold(name: string, holder: string): void {
    if (!this.#isThere(name)) throw failedTo('get', name, notFound('no such volume'));
    this.#core.references.add(name, holder);
  }

  /** Gives a hold back; one that was never taken is ignored. The volume stays. */
  release(name: string, holder: string): void {
    this.#core.references.delete(name, holder);
  }

  /** Who holds the volume. */
  holders(name: string): string[] {
    return this.#core.references.of(name);
  }

  /**
   * Makes a volume's data reachable until {@link unmount} with the same mount id.
   * @returns the path to bind.
   * @throws not-found `get NAME: no such volume`; system `error while mounting volume '…': …`.
   */
  mount(name: string, use: MountUse): Promise<string> {
    return this.#core.locks.hold(name, () => mountVolume(this.#core, name, use));
  }

  /** Gives a mount back. It counts as given back even where this throws. */
  unmount(name: string, use: UnmountUse): Promise<void> {
    return this.#core.locks.hold(name, () => unmountVolume(this.#core, name, use));
  }

  /** Counts a mount of a container that went on running while there was no daemon; mounts nothing. */
  adopt(name: string, mountId: string): void {
    adoptMount(this.#core, name, mountId);
  }

  /**
   * To be called once at start, when every running container has adopted its mounts: what an earlier daemon had mounted
   * for containers that are gone is given back.
   */
  async settle(): Promise<void> {
    const adopters = this.#core.drivers.known().filter(isMountAdopter);
    await Promise.all(adopters.map((driver) => driver.settle()));
  }

  /** Ends the work behind the answers; what is left of it, the next start takes up. */
  async close(): Promise<void> {
    await this.snapshots.schedules.close();
    this.sight.close();
    await this.#core.history.close();
    await this.#core.trash.close();
    const closers = this.#core.drivers.known().filter(isCloser);
    await Promise.all([this.#core.drivers.close(), ...closers.map((driver) => driver.close())]);
  }

  /** A volume whose record cannot be read is there all the same, and its holder counts. */
  #isThere(name: string): boolean {
    try {
      return this.#core.store.peek(name) !== undefined;
    } catch {
      return true;
    }
  }
}
