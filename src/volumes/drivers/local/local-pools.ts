import { invalidArgument, notFound, unavailable } from '../../../errors/index.ts';
import { isFolderName, isRandomName } from '../../name.ts';
import { mainPoolName } from '../../pools/index.ts';
import type { Listing, Volume } from '../../volume.ts';
import { volumeOfDataFolder } from './layout.ts';
import type { LocalPool } from './local-pool.ts';

/** The pools of the local driver, and which of them a volume is in. A name is unique across all of them. */
export class LocalPools {
  readonly #main: LocalPool;
  /** The main pool first: what is there is found without asking any other. */
  readonly #pools = new Map<string, LocalPool>();
  /** Pools that could not be opened, and why: nobody can say which volumes they hold. */
  readonly #lost = new Map<string, string>();
  #default = mainPoolName;

  constructor(main: LocalPool) {
    this.#main = main;
    this.#pools.set(main.name, main);
  }

  all(): LocalPool[] {
    return [...this.#pools.values()];
  }

  add(pool: LocalPool): void {
    this.#pools.set(pool.name, pool);
    this.#lost.delete(pool.name);
  }

  delete(name: string): LocalPool | undefined {
    const pool = this.#pools.get(name);
    this.#pools.delete(name);
    this.#lost.delete(name);
    return pool;
  }

  /** Notes that a pool is known and cannot be reached. */
  lose(name: string, reason: string): void {
    this.#lost.set(name, reason);
  }

  setDefault(name: string): void {
    this.#default = name;
  }

  /** The pool that has a volume of that name. @throws system where its record cannot be read. */
  of(name: string): LocalPool | undefined {
    if (this.#main.catalogue.find(name) !== undefined) return this.#main;
    if (this.#pools.size === 1) return undefined;
    return this.all().find((pool) => pool.catalogue.find(name) !== undefined);
  }

  /** @throws not-found `no such volume`. */
  require(name: string): LocalPool {
    const pool = isFolderName(name) ? this.of(name) : undefined;
    if (pool === undefined) throw notFound('no such volume');
    return pool;
  }

  /** The pool of that name. @throws invalid-argument where there is none; unavailable where it is out of reach. */
  named(name: string): LocalPool {
    const reason = this.#missing().get(name);
    if (reason !== undefined) throw unavailable(`pool ${name}: ${reason}`);
    const pool = this.#pools.get(name);
    if (pool === undefined) throw invalidArgument(`no such pool: ${JSON.stringify(name)}`);
    return pool;
  }

  /** Whether all pools there are can be reached. */
  get areComplete(): boolean {
    return this.#missing().size === 0;
  }

  find(name: string): Volume | undefined {
    return this.of(name)?.catalogue.find(name);
  }

  /** As the catalogue's `peek`, in all pools. */
  peek(name: string): Volume | undefined {
    for (const pool of this.#pools.values()) {
      const volume = pool.catalogue.peek(name);
      if (volume !== undefined) return volume;
    }
    return undefined;
  }

  async list(): Promise<Listing> {
    if (this.#pools.size === 1 && this.#lost.size === 0) return this.#main.catalogue.list();
    const listings = await Promise.all(this.all().map((pool) => pool.catalogue.list()));
    const warnings = [...this.#missing()].map(([name, reason]) => `pool ${name}: ${reason}`);
    return {
      volumes: listings.flatMap(({ volumes }) => volumes),
      warnings: [...warnings, ...listings.flatMap((listing) => listing.warnings)],
    };
  }

  /**
   * The pool for a new volume, whose name none of those at hand has.
   * @param wanted "" for the default pool.
   * @throws invalid-argument where there is no such pool; unavailable where a pool is out of reach that is asked for, or
   *   that may have a volume of that name: an empty one in its place would be taken for the data.
   */
  forNew(name: string, wanted: string): LocalPool {
    const pool = this.named(wanted === '' ? this.#default : wanted);
    for (const [lost, why] of isRandomName(name) ? [] : this.#missing()) {
      throw unavailable(
        `pool ${lost}: ${why}; it may have a volume of that name. Bring the pool back and restart the daemon, or give it up with "holdfast pool rm --force ${lost}"`,
      );
    }
    return pool;
  }

  /** The name of the volume whose data folder a path is; undefined for any other path. */
  volumeAt(path: string): string | undefined {
    for (const { root } of this.#pools.values()) {
      const name = volumeOfDataFolder(root, path);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  /** The lost ones, and those whose disk has gone meanwhile. */
  #missing(): ReadonlyMap<string, string> {
    if (this.#pools.size === 1) return this.#lost;
    const gone = this.all().filter((pool) => !pool.isThere());
    return new Map([...this.#lost, ...gone.map(({ name, root }) => [name, `${root} is gone`] as const)]);
  }
}
