import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SingleFlight } from '../../async/index.ts';
import { invalidArgument } from '../../errors/index.ts';
import { type Log, syncfs, writeDurable } from '../../host/index.ts';
import { hexOf } from '../digest.ts';
import { type LayerFacts, unpackLayer } from '../layers/unpack.ts';
import { Staging } from './staging.ts';

/** A layer's record, `layer.json` beside its files. Bytes as in LayerFacts. */
interface LayerRecord extends LayerFacts {
  schemaVersion: 1;
  /** The boot of the machine that unpacked it, until its files are known to be on the disk. */
  unsyncedSince?: string;
}

/**
 * Unpacked layers, each once however many images have it: `<root>/<hex of diff id>/diff` holds the files as overlayfs
 * takes them. A layer appears by a rename, whole. Its files reach the disk behind the answer: until then the record says
 * so, and after a crash of the machine (not of the daemon) such a layer is unpacked again.
 */
export class LayerStore {
  readonly #root: string;
  readonly #log: Log;
  readonly #staging: Staging;
  readonly #unpacking = new SingleFlight<void>();
  readonly #records = new Map<string, LayerRecord>();
  readonly #unsynced = new Map<string, LayerRecord>();
  #syncing: Promise<void> | undefined;

  constructor(root: string, log: Log) {
    this.#root = root;
    this.#log = log;
    mkdirSync(root, { recursive: true, mode: 0o710 });
    this.#staging = new Staging(join(root, 'staging'));
  }

  /** The folder of the layer's files; only there when `has`. */
  path(diffId: string): string {
    return join(this.#root, hexOf(diffId), 'diff');
  }

  has(diffId: string): boolean {
    return this.facts(diffId) !== undefined;
  }

  /** Undefined where the layer is not unpacked, or cannot be trusted to be whole. */
  facts(diffId: string): LayerFacts | undefined {
    const known = this.#records.get(diffId) ?? this.#read(diffId);
    if (known !== undefined) this.#records.set(diffId, known);
    return known;
  }

  /**
   * Unpacks a layer where that has not been done; callers at the same time share the work.
   * @param open gives the uncompressed archive.
   * @throws invalid-argument where the archive is damaged, hostile, or not the layer of this diff id.
   */
  ensure(diffId: string, open: () => AsyncIterable<Buffer>): Promise<void> {
    if (this.has(diffId)) return Promise.resolve();
    return this.#unpacking.run(diffId, () => this.#unpack(diffId, open()));
  }

  /** Takes a layer away at once; its files go behind the answer. */
  remove(diffId: string): Promise<void> {
    this.#records.delete(diffId);
    this.#unsynced.delete(diffId);
    const folder = join(this.#root, hexOf(diffId));
    return existsSync(folder) ? this.#staging.discard(folder).gone : Promise.resolve();
  }

  /** The diff ids of all folders there are. */
  list(): string[] {
    return readdirSync(this.#root)
      .filter((name) => /^[0-9a-f]{64}$/.test(name))
      .map((name) => `sha256:${name}`);
  }

  /** Removes what a crash left half-made, and has layers synced that a killed daemon did not get to. */
  async sweep(): Promise<void> {
    await this.#staging.sweep();
    for (const diffId of this.list()) {
      const record = this.#records.get(diffId) ?? this.#read(diffId);
      if (record?.unsyncedSince === undefined) continue;
      this.#records.set(diffId, record);
      this.#sync(record);
    }
    await this.idle();
  }

  /** When no work goes on behind answers. */
  async idle(): Promise<void> {
    await this.#syncing;
  }

  async #unpack(diffId: string, archive: AsyncIterable<Buffer>): Promise<void> {
    const record = await this.#staging.use(async (dir) => {
      const whole = join(dir, 'layer');
      mkdirSync(whole, { mode: 0o700 });
      const facts = await unpackLayer(archive, join(whole, 'diff'));
      if (facts.diffId !== diffId) {
        throw invalidArgument(`invalid diffID for layer: expected "${diffId}", got "${facts.diffId}"`);
      }
      const made: LayerRecord = { schemaVersion: 1, ...facts, unsyncedSince: bootId() };
      writeFileSync(join(whole, 'layer.json'), JSON.stringify(made), { mode: 0o600 });
      this.#publish(diffId, whole);
      return made;
    });
    this.#records.set(diffId, record);
    this.#sync(record);
  }

  #publish(diffId: string, whole: string): void {
    const place = join(this.#root, hexOf(diffId));
    if (existsSync(place)) void this.#logged(this.#staging.discard(place).gone);
    renameSync(whole, place);
  }

  #read(diffId: string): LayerRecord | undefined {
    try {
      const text = readFileSync(join(this.#root, hexOf(diffId), 'layer.json'), 'utf8');
      const record = JSON.parse(text) as LayerRecord;
      const isWhole = record.unsyncedSince === undefined || record.unsyncedSince === bootId();
      return record.schemaVersion === 1 && record.diffId === diffId && isWhole ? record : undefined;
    } catch {
      // No record, or one that a crash cut short: the layer is unpacked again when it is needed.
      return undefined;
    }
  }

  #sync(record: LayerRecord): void {
    this.#unsynced.set(record.diffId, record);
    this.#syncing ??= this.#logged(this.#syncAll()).finally(() => {
      this.#syncing = undefined;
    });
  }

  async #syncAll(): Promise<void> {
    while (this.#unsynced.size > 0) {
      const batch = [...this.#unsynced.values()];
      await syncfs(this.#root);
      for (const record of batch) await this.#markSynced(record);
    }
  }

  async #markSynced(record: LayerRecord): Promise<void> {
    // Removed meanwhile, or even unpacked anew.
    if (this.#unsynced.get(record.diffId) !== record) return;
    this.#unsynced.delete(record.diffId);
    const { unsyncedSince: _, ...synced } = record;
    this.#records.set(record.diffId, synced);
    await writeDurable(join(this.#root, hexOf(record.diffId), 'layer.json'), JSON.stringify(synced));
  }

  async #logged(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#log.warn({ err: error }, 'could not finish work on unpacked layers');
    }
  }
}

let boot: string | undefined;

/** Changes with every start of the machine. */
function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}
