import { notFound } from '../errors/index.ts';
import type { VolumeDriver } from './volume.ts';

/** Where drivers come from that nobody knows until they are looked for. */
export interface DriverSource {
  /** Those that were found, and those that have volumes here. */
  known(): VolumeDriver[];
  /** All that can be found now, whether they answer or not. Does not wait. */
  all(): VolumeDriver[];
  /** Looks for a driver. @throws not-found `error looking up volume plugin …`; what asking it throws. */
  find(name: string): Promise<VolumeDriver>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** The drivers there are, in the order in which a name is looked for among them: the local driver first. */
export class DriverRegistry {
  readonly #drivers: ReadonlyMap<string, VolumeDriver>;
  readonly #source: DriverSource | undefined;

  /** @param source of drivers beside those; without one there are no others. */
  constructor(drivers: readonly VolumeDriver[], source?: DriverSource) {
    this.#drivers = new Map(drivers.map((driver) => [driver.name, driver]));
    this.#source = source;
  }

  /** @throws not-found with Docker's words, which its clients look for. */
  async find(name: string): Promise<VolumeDriver> {
    const driver = this.#drivers.get(name);
    if (driver !== undefined) return driver;
    if (this.#source === undefined)
      throw notFound(`error looking up volume plugin ${name}: plugin "${name}" not found`);
    return this.#source.find(name);
  }

  /** Those that are at hand: where volumes are that this engine knows. */
  known(): VolumeDriver[] {
    return [...this.#drivers.values(), ...(this.#source?.known() ?? [])];
  }

  /** Those, and whichever else can be found now: where a volume may have been made behind the daemon's back. */
  all(): VolumeDriver[] {
    return [...this.#drivers.values(), ...(this.#source?.all() ?? [])];
  }

  async close(): Promise<void> {
    await this.#source?.close();
  }
}
