import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, writeDurable } from '../../../host/index.ts';
import { decodeRecord, encodeRecord, type VolumeRecord } from '../../record.ts';
import { GroupSync } from '../group-sync.ts';

const suffix = '.json';

/**
 * What this engine knows of plugins' volumes and their plugins do not: labels, options, and that they are there at all
 * while the plugin is not. One file each, named by a hash: a plugin's volume may be called anything.
 */
export class PluginRecords {
  readonly #root: string;
  readonly #sync: GroupSync;
  readonly #byDriver = new Map<string, Map<string, VolumeRecord>>();

  /** Reads what is there; a record that cannot be read is left where it is, and logged. @param root absolute. */
  constructor(root: string, log: Log) {
    this.#root = root;
    this.#sync = new GroupSync(root);
    mkdirSync(root, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(root)) {
      if (file.startsWith('.') || !file.endsWith(suffix)) continue;
      try {
        this.#add(decodeRecord(readFileSync(join(root, file), 'utf8')));
      } catch (error) {
        log.error({ record: join(root, file), err: error }, 'the record of a plugin’s volume cannot be read');
      }
    }
  }

  get(driver: string, name: string): VolumeRecord | undefined {
    return this.#byDriver.get(driver)?.get(name);
  }

  of(driver: string): VolumeRecord[] {
    return [...(this.#byDriver.get(driver)?.values() ?? [])];
  }

  /** The plugins that have, or had, volumes here. */
  drivers(): string[] {
    return [...this.#byDriver.keys()];
  }

  /** Durable on return. */
  async put(record: VolumeRecord): Promise<void> {
    await writeDurable(this.#pathOf(record.driver, record.name), encodeRecord(record));
    this.#add(record);
  }

  /** Durable on return; a record that is not there is fine. */
  async delete(driver: string, name: string): Promise<void> {
    if (this.#byDriver.get(driver)?.delete(name) !== true) return;
    rmSync(this.#pathOf(driver, name), { force: true });
    await this.#sync.sync();
  }

  #add(record: VolumeRecord): void {
    const records = this.#byDriver.get(record.driver) ?? new Map();
    this.#byDriver.set(record.driver, records.set(record.name, record));
  }

  #pathOf(driver: string, name: string): string {
    const key = createHash('sha256').update(`${driver}\0${name}`).digest('hex');
    return join(this.#root, `${key}${suffix}`);
  }
}
