import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { conflict, messageOf, notFound, systemError } from '../errors/index.ts';
import { fsyncDirectory, type Log, writeDurable } from '../host/index.ts';
import type { NetworkRecord } from './network.ts';

/** The networks there are: in memory, and one file each below `<data-root>/networks`. */
export class NetworkStore {
  readonly #dir: string;
  readonly #networks = new Map<string, NetworkRecord>();

  /** Reads what there is; a record that cannot be read is left as it is, and logged. */
  constructor(dir: string, log: Log) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(dir)) {
      if (!/^[0-9a-f]{64}\.json$/.test(file)) continue;
      try {
        this.keep(JSON.parse(readFileSync(join(dir, file), 'utf8')) as NetworkRecord);
      } catch (error) {
        log.error({ file: join(dir, file), err: error }, 'the record of a network cannot be read; it is left as it is');
      }
    }
  }

  all(): NetworkRecord[] {
    return [...this.#networks.values()];
  }

  /** Takes a network into memory alone. */
  keep(network: NetworkRecord): void {
    this.#networks.set(network.id, network);
  }

  /** Takes a network in, or what has changed of it, durably. */
  async save(network: NetworkRecord): Promise<void> {
    try {
      await writeDurable(this.#path(network.id), JSON.stringify(network), { mode: 0o600 });
    } catch (error) {
      throw systemError(`cannot keep network ${network.name}: ${messageOf(error)}`, error);
    }
    this.keep(network);
  }

  /** Forgets a network, durably. */
  async remove(network: NetworkRecord): Promise<void> {
    rmSync(this.#path(network.id), { force: true });
    await fsyncDirectory(this.#dir);
    this.#networks.delete(network.id);
  }

  /** The network of exactly that id. */
  find(id: string): NetworkRecord | undefined {
    return this.#networks.get(id);
  }

  /** The network of exactly that id or name. */
  exact(reference: string): NetworkRecord | undefined {
    return this.#networks.get(reference) ?? this.all().find((network) => network.name === reference);
  }

  /**
   * The network of that id, name or beginning of an id.
   * @throws not-found `network x not found`; conflict where the beginning is of several
   */
  get(reference: string): NetworkRecord {
    const exact = this.exact(reference);
    if (exact !== undefined) return exact;
    const [first, second] = reference === '' ? [] : this.all().filter((network) => network.id.startsWith(reference));
    if (first === undefined) throw notFound(`network ${reference} not found`);
    if (second !== undefined) throw conflict(`network ${reference} is ambiguous: several ids begin so`);
    return first;
  }

  #path(id: string): string {
    return join(this.#dir, `${id}.json`);
  }
}
