import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KeyedLock, UndoStack } from '../../async/index.ts';
import { conflict, invalidArgument, isKind, messageOf, notFound, unavailable } from '../../errors/index.ts';
import { type Log, statfs } from '../../host/index.ts';
import type { NewPool, PoolSummary } from '../../wire/index.ts';
import { isFolderName } from '../name.ts';
import { chooseDriver } from './choose-driver.ts';
import { planPool } from './plan-pool.ts';
import { mainPoolName, type Pool } from './pool.ts';
import { PoolFolders } from './pool-folders.ts';
import type { PoolRecord } from './pool-record.ts';

/** Who keeps volumes in the pools: the local driver. */
export interface PoolUser {
  attachPool(pool: Pool): void;
  detachPool(name: string): Promise<void>;
  losePool(name: string, reason: string): void;
  setDefaultPool(name: string): void;
  /** Told once at start, when all pools are attached that can be. */
  poolsOpened(): void;
  /** The pools that can be reached, the main one first. */
  pools(): Array<Pool & { volumes: number }>;
}

export interface PoolServiceOptions {
  /** `<data-root>/pools`. */
  root: string;
  dataRoot: string;
  user: PoolUser;
  log: Log;
}

/** Makes, opens and removes the pools beside the main one. */
export class PoolService {
  readonly #folders: PoolFolders;
  readonly #dataRoot: string;
  readonly #user: PoolUser;
  readonly #log: Log;
  readonly #locks = new KeyedLock();
  readonly #lost = new Map<string, string>();
  #default = mainPoolName;

  constructor({ root, dataRoot, user, log }: PoolServiceOptions) {
    this.#folders = new PoolFolders(root);
    this.#dataRoot = dataRoot;
    this.#user = user;
    this.#log = log;
  }

  /** Opens all pools there are. One that cannot be opened is lost until the next start, and makes warnings. */
  async open(): Promise<void> {
    for (const name of await this.#folders.scan()) {
      try {
        this.#attach(this.#folders.read(name));
      } catch (error) {
        this.#lost.set(name, messageOf(error));
        this.#user.losePool(name, messageOf(error));
        this.#log.warn({ pool: name, err: error }, 'could not open a pool; its volumes are out of reach');
      }
    }
    this.#user.poolsOpened();
    this.#default = this.#folders.readDefault() ?? mainPoolName;
    this.#user.setDefaultPool(this.#default);
  }

  #attach(record: PoolRecord): void {
    const root = this.#folders.open(record);
    this.#user.attachPool({ name: record.name, root, driver: chooseDriver(root) });
  }

  /**
   * Makes a pool, durably. Failing leaves nothing.
   * @throws invalid-argument for what cannot be; conflict where the name or folder is taken; unavailable where this host cannot.
   */
  create(request: NewPool): Promise<PoolSummary> {
    return this.#locks.hold('pools', () =>
      UndoStack.run(async (undo) => {
        const record = planPool(request, this.#dataRoot);
        if (record.name === mainPoolName || this.#folders.has(record.name))
          throw conflict(`there is a pool called "${record.name}" already`);
        if (record.path !== null) this.#takeFolder(record.path);
        await this.#folders.make(record);
        undo.add(() => this.#folders.delete(record));
        undo.add(() => this.#folders.close(record));
        this.#attach(record);
        return this.#summary(record.name);
      }),
    );
  }

  #takeFolder(path: string): void {
    const root = this.#folders.rootOf({ name: '', path });
    if (this.#user.pools().some((pool) => pool.root === root)) throw conflict(`${path} is a pool already`);
    mkdirSync(root, { recursive: true, mode: 0o701 });
    if (readdirSync(root).length > 0) throw conflict(`${root} is not empty: it may hold volumes of another Holdfast`);
  }

  /** All pools, the main one first. */
  async list(): Promise<PoolSummary[]> {
    const open = this.#user.pools().map(({ name }) => name);
    return [...open, ...this.#lost.keys()].map((name) => this.#summary(name));
  }

  /** @throws not-found */
  async get(name: string): Promise<PoolSummary> {
    return this.#summary(name);
  }

  /** Says where volumes are made that name no pool, durably. @throws not-found; unavailable where it is out of reach. */
  setDefault(name: string): Promise<void> {
    return this.#locks.hold('pools', async () => {
      const { problem } = this.#summary(name);
      if (problem !== null) throw unavailable(`pool ${name}: ${problem}`);
      await this.#folders.writeDefault(name === mainPoolName ? undefined : name);
      this.#default = name;
      this.#user.setDefaultPool(name);
    });
  }

  /**
   * Removes a pool that holds nothing. With `force`, one that cannot be reached is given up: nothing in it is touched.
   * @throws not-found; conflict while it holds volumes or what was thrown away, is the default or in use.
   */
  remove(name: string, { force }: { force: boolean }): Promise<void> {
    return this.#locks.hold('pools', async () => {
      const { isDefault, problem } = this.#summary(name);
      if (name === mainPoolName)
        throw invalidArgument('the main pool is where the data root is, and cannot be removed');
      if (isDefault) throw conflict(`pool ${name} is the default: choose another with "holdfast pool default" first`);
      if (problem !== null) return this.#giveUp(name, { force, problem });
      await this.#removeOpen(this.#folders.read(name));
    });
  }

  async #giveUp(name: string, { force, problem }: { force: boolean; problem: string }): Promise<void> {
    if (!force) {
      throw conflict(`pool ${name} is out of reach (${problem}) and may hold volumes; --force gives it up`);
    }
    const kept = await this.#folders.giveUp(name);
    this.#lost.delete(name);
    await this.#user.detachPool(name);
    this.#log.warn({ pool: name, kept }, 'a pool was given up; what is in it was not touched');
  }

  async #removeOpen(record: PoolRecord): Promise<void> {
    const { name } = record;
    const root = this.#folders.rootOf(record);
    this.#refuseFull(name, root);
    // Nothing can be made in it from here on; so what it holds now is all.
    await this.#user.detachPool(name);
    try {
      this.#refuseFull(name, root);
      await this.#folders.close(record).catch((error: unknown) => {
        throw conflict(`pool ${name} is in use: ${messageOf(error)}`, error);
      });
    } catch (error) {
      this.#attach(record);
      throw error;
    }
    await this.#folders.delete(record);
  }

  #refuseFull(name: string, root: string): void {
    const entries = readdirSync(root);
    const volumes = entries.filter(isFolderName);
    if (volumes.length > 0) {
      throw conflict(`pool ${name} holds ${volumes.length} volumes, such as ${volumes[0]}: move or remove them first`);
    }
    if (entries.includes('.trash') && readdirSync(join(root, '.trash')).length > 0)
      throw conflict(`pool ${name} holds removed volumes: run "holdfast volume trash empty" first`);
  }

  #summary(name: string): PoolSummary {
    const record = name === mainPoolName || !this.#folders.has(name) ? undefined : this.#tryRead(name);
    const pool = this.#user.pools().find((each) => each.name === name);
    const common = {
      name,
      size: record?.size ?? null,
      isDefault: name === this.#default,
      createdAt: record?.createdAt ?? null,
    };
    if (pool !== undefined) {
      const { totalBytes, availableBytes } = statfs(pool.root);
      const { kind, hasInstantCopies, hasLimits } = pool.driver;
      const powers = { driver: kind, instantCopies: hasInstantCopies, limits: hasLimits };
      const room = { volumes: pool.volumes, total: totalBytes, available: availableBytes };
      return { ...common, ...powers, ...room, path: pool.root, problem: null };
    }
    const problem = this.#lost.get(name);
    if (problem === undefined) throw notFound(`no such pool: ${name}`);
    const path = record === undefined ? '' : this.#folders.rootOf(record);
    const nothing = {
      driver: record?.kind ?? '',
      volumes: 0,
      total: 0,
      available: 0,
      instantCopies: false,
      limits: false,
    };
    return { ...common, ...nothing, path, problem };
  }

  #tryRead(name: string): PoolRecord | undefined {
    try {
      return this.#folders.read(name);
    } catch (error) {
      if (!isKind(error, 'system')) throw error;
      return undefined;
    }
  }
}
