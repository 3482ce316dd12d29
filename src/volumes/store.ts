import { messageOf, notFound } from '../errors/index.ts';
import type { Log } from '../host/index.ts';
import type { DriverRegistry } from './driver-registry.ts';
import type { Listing, Volume, VolumeDriver } from './volume.ts';

/** A volume, with the driver that keeps it. */
export interface Found {
  volume: Volume;
  driver: VolumeDriver;
}

/**
 * All volumes of all drivers as one. It keeps no record of its own: what there is, the drivers say. A name that two
 * drivers know belongs to the first of them.
 */
export class VolumeStore {
  readonly #drivers: DriverRegistry;
  readonly #log: Log;
  /** What each driver listed last, for when it fails to. */
  readonly #listed = new Map<VolumeDriver, readonly Volume[]>();

  constructor(drivers: DriverRegistry, log: Log) {
    this.#drivers = drivers;
    this.#log = log;
  }

  /** The volume as far as it is known without waiting. @throws system where its record cannot be read. */
  peek(name: string): Found | undefined {
    for (const driver of this.#drivers.all()) {
      const volume = driver.peek(name);
      if (volume !== undefined) return { volume, driver };
    }
    return undefined;
  }

  /**
   * The volume, asked of its driver; one that no driver knows at hand is asked of all of them, since it may have been made
   * behind the daemon's back.
   * @throws what its driver throws. Other drivers that fail are passed over, and logged.
   */
  async find(name: string): Promise<Found | undefined> {
    const owner = this.peek(name)?.driver;
    const volume = await owner?.get(name);
    if (owner !== undefined && volume !== undefined) return { volume, driver: owner };
    for (const driver of this.#drivers.all()) {
      if (driver === owner) continue;
      const found = await this.#probe(driver, name);
      if (found !== undefined) return { volume: found, driver };
    }
    return undefined;
  }

  /** @throws not-found `no such volume`. */
  async require(name: string): Promise<Found> {
    const found = await this.find(name);
    if (found === undefined) throw notFound('no such volume');
    return found;
  }

  /** All volumes. A driver that fails makes a warning, and what it listed last stays in the answer. */
  async list(): Promise<Listing> {
    const listings = await Promise.all(this.#drivers.all().map((driver) => this.#listOf(driver)));
    const [first, ...others] = listings;
    if (others.length === 0 && first !== undefined) return first;
    const volumes = new Map<string, Volume>();
    for (const volume of listings.flatMap((listing) => listing.volumes)) {
      if (!volumes.has(volume.name)) volumes.set(volume.name, volume);
    }
    return { volumes: [...volumes.values()], warnings: listings.flatMap((listing) => listing.warnings) };
  }

  async #listOf(driver: VolumeDriver): Promise<Listing> {
    try {
      const listing = await driver.list();
      this.#listed.set(driver, listing.volumes);
      return listing;
    } catch (error) {
      const warning = `error while listing the volumes of driver "${driver.name}": ${messageOf(error)}`;
      return { volumes: this.#listed.get(driver) ?? [], warnings: [warning] };
    }
  }

  async #probe(driver: VolumeDriver, name: string): Promise<Volume | undefined> {
    try {
      return await driver.get(name);
    } catch (error) {
      this.#log.warn({ volume: name, driver: driver.name, err: error }, 'could not ask a driver for a volume');
      return undefined;
    }
  }
}
