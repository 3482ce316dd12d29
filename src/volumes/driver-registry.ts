import { notFound } from '../errors/index.ts';
import type { VolumeDriver } from './volume.ts';

/** The drivers there are, in the order in which a name is looked for among them: the local driver first. */
export class DriverRegistry {
  readonly #drivers: ReadonlyMap<string, VolumeDriver>;

  constructor(drivers: readonly VolumeDriver[]) {
    this.#drivers = new Map(drivers.map((driver) => [driver.name, driver]));
  }

  /** @throws not-found with Docker's words, which its clients look for. */
  get(name: string): VolumeDriver {
    const driver = this.#drivers.get(name);
    if (driver === undefined) throw notFound(`error looking up volume plugin ${name}: plugin "${name}" not found`);
    return driver;
  }

  all(): VolumeDriver[] {
    return [...this.#drivers.values()];
  }
}
