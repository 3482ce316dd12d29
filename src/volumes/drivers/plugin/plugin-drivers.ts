import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError, messageOf, notFound, systemError } from '../../../errors/index.ts';
import type { Log } from '../../../host/index.ts';
import type { DriverSource } from '../../driver-registry.ts';
import { PluginConnection } from './connection.ts';
import { canonicalName, discover, discoverable } from './discovery.ts';
import { PluginDriver } from './plugin-driver.ts';
import { PluginRecords } from './records.ts';
import { type PluginTiming, pluginTiming } from './timing.ts';

/** Where plugins are, and what is kept of their volumes. All paths are absolute. */
export interface PluginDriversOptions {
  /** Where plugins are looked for: sockets and specs, in this order. */
  folders: readonly string[];
  /** `<data-root>/plugin-volumes`: the records. */
  root: string;
  /** `<exec-root>/plugin-volumes`: notes of mounts, which may go with the next boot. */
  runRoot: string;
  /** Folders of the engine that no mountpoint may lie in. */
  forbidden: readonly string[];
  log: Log;
  timing?: PluginTiming;
}

/** A driver that this plugin's name makes Docker's tests wait for as shortly as may be (semantics 2.6). */
const neverThere = 'this-plugin-does-not-exist';

/** All plugins that keep volumes: found when they are first needed, and known as long as they have volumes here. */
export class PluginDrivers implements DriverSource {
  readonly #options: PluginDriversOptions;
  readonly #timing: PluginTiming;
  readonly #records: PluginRecords;
  readonly #drivers = new Map<string, PluginDriver>();
  readonly #closing = new AbortController();

  constructor(options: PluginDriversOptions) {
    this.#options = options;
    this.#timing = options.timing ?? pluginTiming;
    this.#records = new PluginRecords(options.root, options.log);
    for (const name of this.#records.drivers()) this.#driver(name);
  }

  known(): PluginDriver[] {
    return [...this.#drivers.values()].filter((driver) => driver.isKnown);
  }

  all(): PluginDriver[] {
    const found = discoverable(this.#options.folders).map((name) => this.#driver(name));
    return [...new Set([...this.known(), ...found])];
  }

  /** @throws not-found with Docker's words; what reaching the plugin throws. */
  async find(name: string): Promise<PluginDriver> {
    const canonical = canonicalName(name);
    const known = canonical === undefined ? undefined : this.#drivers.get(canonical);
    if (known?.isKnown) return known;
    if (canonical === undefined || !(await this.#appears(canonical))) throw missing(name, `plugin "${name}" not found`);
    const driver = this.#driver(canonical);
    if (!(await activated(driver, name))) throw missing(name, 'Plugin does not implement the requested driver');
    return driver;
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
  }

  /** Looks for a plugin until it is there, or for as long as one that is about to start may be waited for. */
  async #appears(name: string): Promise<boolean> {
    const until = performance.now() + (name === neverThere ? 0 : this.#timing.lookFor);
    for (let pause = 50; ; pause *= 2) {
      if (this.#isThere(name)) return true;
      const left = until - performance.now();
      if (left <= 0) return false;
      await sleep(Math.min(pause, left), undefined, { signal: this.#closing.signal });
    }
  }

  #isThere(name: string): boolean {
    try {
      return discover(name, this.#options.folders) !== undefined;
    } catch (error) {
      throw systemError(`error looking up volume plugin ${name}: ${messageOf(error)}`, error);
    }
  }

  #driver(name: string): PluginDriver {
    const known = this.#drivers.get(name);
    if (known !== undefined) return known;
    const { folders, runRoot, forbidden, log } = this.#options;
    const connection = new PluginConnection(name, { folders, timing: this.#timing, log, signal: this.#closing.signal });
    const driver = new PluginDriver({ connection, records: this.#records, runRoot, forbidden, log });
    this.#drivers.set(name, driver);
    return driver;
  }
}

async function activated(driver: PluginDriver, name: string): Promise<boolean> {
  try {
    return await driver.activate();
  } catch (error) {
    const message = `error looking up volume plugin ${name}: ${messageOf(error)}`;
    throw error instanceof HoldfastError ? new HoldfastError(error.kind, message, { cause: error }) : error;
  }
}

const missing = (name: string, why: string): HoldfastError =>
  notFound(`error looking up volume plugin ${name}: ${why}`);
