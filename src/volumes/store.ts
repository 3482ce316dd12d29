import { messageOf, notFound } from '../errors/index.ts';
import type { Log } from '../host/index.ts';
import { isRecorder } from './capabilities.ts';
import type { DriverRegistry } from './driver-registry.ts';
import { Patience } from './patience.ts';
import type { Listing, Volume, VolumeDriver } from './volume.ts';

/** A volume, with the driver that keeps it. */
export interface Found {
  volume: Volume;
  driver: VolumeDriver;
}

/**
 * All volumes of all drivers as one. It keeps no record of its own: what there is, the drivers say. A name that two
 * drivers know belongs to the one that this engine has used it with, else to the first of them.
 */
export class VolumeStore {
  readonly #drivers: DriverRegistry;
  readonly #log: Log;
  /** What each driver listed last, for when it fails to. */
  readonly #listed = new Map<VolumeDriver, readonly Volume[]>();

  readonly #patience: Patience;

  constructor(drivers: DriverRegistry, log: Log, patience = new Patience()) {
    this.#drivers = drivers;
    this.#log = log;
    this.#patience = patience;
  }

  /** The volume as far as it is known without waiting. @throws system where its record cannot be read. */
  peek(name: string): Found | undefined {
    const driver = this.owner(name);
    const volume = driver?.peek(name);
    return driver === undefined || volume === undefined ? undefined : { volume, driver };
  }

  /** Whose the name is, as far as is known without waiting; also where the record cannot be read, which the owner can be asked about. */
  owner(name: string): VolumeDriver | undefined {
    let first: VolumeDriver | undefined;
    for (const driver of this.#drivers.known()) {
      if (!hasName(driver, name)) continue;
      if (!isRecorder(driver) || driver.isRecorded(name)) return driver;
      first ??= driver;
    }
    return first;
  }

  /**
   * The volume, asked of its driver; one that no driver knows at hand is asked of all of them, since it may have been made
   * behind the daemon's back.
   * @throws what its driver throws. Other drivers that fail, or do not answer soon, are passed over, and logged.
   */
  async find(name: string): Promise<Found | undefined> {
    const owner = this.owner(name);
    const volume = await owner?.get(name);
    if (owner !== undefined && volume !== undefined) return { volume, driver: owner };
    const others = this.#drivers.all().filter((driver) => driver !== owner);
    // Asked at once, so that several that do not answer keep nobody longer than one.
    const answers = await Promise.all(others.map((driver) => this.#probe(driver, name)));
    return answers.find((found) => found !== undefined);
  }

  /** @throws not-found `no such volume`. */
  async require(name: string): Promise<Found> {
    const found = await this.find(name);
    if (found === undefined) throw notFound('no such volume');
    return found;
  }

  /** All volumes. A driver that fails, or does not answer soon, makes a warning, and what is known of its volumes stays. */
  async list(drivers: readonly VolumeDriver[] = this.#drivers.all()): Promise<Listing> {
    const listings = await Promise.all(drivers.map((driver) => this.#listOf(driver)));
    const [first, ...others] = listings;
    if (others.length === 0 && first !== undefined) return first;
    const volumes = new Map<string, Volume>();
    for (const volume of listings.flatMap((listing) => listing.volumes)) {
      const { name, driver } = volume;
      if (!volumes.has(name) || this.peek(name)?.driver.name === driver) volumes.set(name, volume);
    }
    return { volumes: [...volumes.values()], warnings: listings.flatMap((listing) => listing.warnings) };
  }

  async #listOf(driver: VolumeDriver): Promise<Listing> {
    try {
      const listing = await this.#patience.ask(driver, () => driver.list());
      this.#listed.set(driver, listing.volumes);
      return listing;
    } catch (error) {
      const warning = `error while listing the volumes of driver "${driver.name}": ${messageOf(error)}`;
      const known = isRecorder(driver) ? driver.recorded() : (this.#listed.get(driver) ?? []);
      return { volumes: known, warnings: [warning] };
    }
  }

  async #probe(driver: VolumeDriver, name: string): Promise<Found | undefined> {
    try {
      const volume = await this.#patience.ask(driver, () => driver.get(name));
      return volume === undefined ? undefined : { volume, driver };
    } catch (error) {
      this.#log.warn({ volume: name, driver: driver.name, err: error }, 'could not ask a driver for a volume');
      return undefined;
    }
  }
}

function hasName(driver: VolumeDriver, name: string): boolean {
  try {
    return driver.peek(name) !== undefined;
  } catch {
    return true;
  }
}
