import { statfs } from '../host/index.ts';
import type { Emit, Filters } from '../wire/index.ts';
import { isMeasurer, isPooled } from './capabilities.ts';
import type { Core } from './core.ts';
import { type Forecast, Forecaster, type Room } from './forecast/index.ts';
import { historyObserver, type KnowsContainers, type VolumeHistory } from './history/index.ts';
import { homeOf } from './home.ts';
import { mayLieElsewhere } from './options.ts';
import { isProtected } from './protect.ts';
import { pruneCandidates } from './prune.ts';
import { SizeBook, type SizeFigure } from './sizes/index.ts';
import { isInUse } from './unused.ts';
import type { VolumeUsage } from './usage.ts';
import type { Volume } from './volume.ts';

/** What there is to see of a volume beside itself. Times are RFC 3339; null for never. */
export interface VolumeView {
  volume: Volume;
  /** The pool's name; "" for a volume that is kept elsewhere. */
  pool: string;
  /** Undefined where it is not known, or not yet. */
  size: SizeFigure | undefined;
  lastUsedAt: string | null;
  lastBackupAt: string | null;
}

/** The file system below a pool. */
export interface PoolRoom {
  name: string;
  root: string;
  /** Bytes in all, without what is kept for root, and what of it is left. */
  total: number;
  available: number;
}

/** A volume that a prune would remove. */
export interface Prunable {
  name: string;
  /** Bytes; undefined where they are not known yet. */
  size: number | undefined;
}

/** How long looking at thousands of volumes may keep everything else waiting, in milliseconds. */
const sliceMs = 5;

/** After these, what was known of the size is another volume's. */
const newcomers = ['create', 'destroy', 'trash', 'restore', 'rename', 'rollback', 'import'];

/** Looks at volumes: how large they are, and what has happened to them. Nothing here makes anybody wait for a disk. */
export class VolumeSight {
  readonly #core: Core;
  readonly #sizes: SizeBook;
  readonly #forecaster: Forecaster;

  /** @param files where figures are kept over restarts */
  constructor(core: Core, files: { sizes: string; forecast: string }) {
    this.#core = core;
    const { emit, log } = core;
    this.#forecaster = new Forecaster({ rooms: () => this.#rooms(), file: files.forecast, emit, log });
    this.#sizes = new SizeBook({
      scales: {
        counted: (name) => counted(core, name),
        walked: (name) => walked(core, name),
        isInUse: (name) => isInUse(core, name),
      },
      file: files.sizes,
      log,
    });
  }

  /** What is to be called with every event of the engine. */
  observer(containers: KnowsContainers): Emit {
    const writeHistory = historyObserver(this.#core.history, containers);
    return (event) => {
      writeHistory(event);
      if (event.type !== 'volume') return;
      if (event.action === 'rename') this.#sizes.forget(event.attributes.from ?? '');
      if (newcomers.includes(event.action)) this.#sizes.forget(event.id);
      else this.#sizes.touch(event.id);
    };
  }

  /** Views of volumes, in their order. */
  async viewsOf(volumes: readonly Volume[]): Promise<VolumeView[]> {
    const summaries = await this.#core.history.summaries(volumes.map(({ name }) => name));
    const views: VolumeView[] = [];
    let since = performance.now();
    for (const [index, volume] of volumes.entries()) {
      views.push({
        volume,
        pool: homeOf(this.#core.store, volume.name)?.poolName ?? '',
        size: this.#sizes.of(volume.name),
        lastUsedAt: summaries[index]?.lastUsedAt ?? null,
        lastBackupAt: summaries[index]?.lastBackupAt ?? null,
      });
      if (performance.now() - since < sliceMs) continue;
      await new Promise(setImmediate);
      since = performance.now();
    }
    return views;
  }

  /** How full the file systems are that pools lie on; those of one file system share its room. */
  pools(): PoolRoom[] {
    const pools = this.#core.drivers.known().flatMap((driver) => (isPooled(driver) ? driver.openPools() : []));
    return pools.flatMap(({ name, root }) => {
      try {
        const { totalBytes, availableBytes, freeBytes } = statfs(root);
        return [{ name, root, total: totalBytes - (freeBytes - availableBytes), available: availableBytes }];
      } catch (error) {
        this.#core.log.debug({ pool: name, err: error }, 'could not look at the file system of a pool');
        return [];
      }
    });
  }

  /** When pools and volumes with a limit will be full, as far as it can be told. */
  forecasts(): Promise<Forecast[]> {
    return this.#forecaster.forecasts();
  }

  async #rooms(): Promise<Room[]> {
    const pools = this.pools().map(({ name, total, available }): Room => {
      return { kind: 'pool', name, used: total - available, total };
    });
    const { volumes } = await this.#core.store.list(this.#core.drivers.known().filter(isPooled));
    const limited = volumes.filter(({ options }) => options?.size !== undefined);
    const rooms = limited.flatMap(({ name }): Room[] => {
      const usage = counted(this.#core, name);
      const isLimited = usage !== undefined && usage.limit > 0;
      return isLimited ? [{ kind: 'volume', name, used: usage.used, total: usage.limit }] : [];
    });
    return [...pools, ...rooms];
  }

  historyOf(name: string): VolumeHistory {
    return this.#core.history.of(name);
  }

  sizeOf(name: string): SizeFigure | undefined {
    return this.#sizes.of(name);
  }

  /** What a prune would remove, largest first. @throws invalid-argument for filters that are none of prune's. */
  async prunable(filters: Filters, options: { all: boolean }): Promise<Prunable[]> {
    const candidates = (await pruneCandidates(this.#core, filters, options)).map(({ volume }) => volume);
    const going = candidates.filter((volume) => !isProtected(volume));
    const found = going.map(({ name }) => ({ name, size: this.#sizes.of(name)?.bytes }));
    return found.sort((a, b) => (b.size ?? -1) - (a.size ?? -1));
  }

  /** Takes over what was measured for another purpose. */
  learn(usages: readonly VolumeUsage[]): void {
    for (const { volume, size } of usages) if (size >= 0) this.#sizes.learn(volume.name, size);
  }

  close(): void {
    this.#forecaster.close();
    this.#sizes.close();
  }
}

function counted({ store }: Core, name: string): { used: number; limit: number } | undefined {
  const home = homeOf(store, name);
  return home?.pool.usage(home.data);
}

/** Only what lies here is walked through: a share on the network is somebody else's disk. */
async function walked({ store }: Core, name: string): Promise<number | undefined> {
  const found = store.peek(name);
  if (found === undefined || !isMeasurer(found.driver) || mayLieElsewhere(found.volume.options)) return undefined;
  return found.driver.size(name);
}
