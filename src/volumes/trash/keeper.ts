import { Rounds } from '../../async/index.ts';
import { diskUsage, type Log, statfs } from '../../host/index.ts';
import { type Discarded, type Discarder, isDiscarder } from '../capabilities.ts';
import type { DriverRegistry } from '../driver-registry.ts';
import type { VolumeDriver } from '../volume.ts';
import { bytesOf, type TrashSettings } from './settings.ts';

/** How often the time and the disk are looked at, and how soon after something came, in milliseconds. */
const roundMs = 60_000;
const soonMs = 2000;

/** What came within this time stays though the trash is over its size: the largest volume must not be lost at once. */
const graceMs = 3_600_000;

/** With less than this free, or this share of a small disk, the disk is nearly full, and the trash gives way. */
const reserve = { bytes: 1024 ** 3, share: 0.05 };

/** What is in the trash, with the driver that keeps it. */
export interface Kept extends Discarded {
  driver: VolumeDriver & Discarder;
  /** Bytes; undefined while it is not measured. */
  size: number | undefined;
  /** When it goes at the latest: milliseconds since the epoch. */
  expiresAt: number;
}

/** Knows what is in the trash and lets it go: what is too old, then the oldest while there is too much. */
export class TrashKeeper {
  readonly #drivers: DriverRegistry;
  readonly #settings: TrashSettings;
  readonly #log: Log;
  readonly #sizes = new Map<string, number>();
  readonly #rounds = new Rounds(() => this.#tidy());
  readonly #timer: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;
  #measuring: Promise<void> = Promise.resolve();
  #closed = false;

  constructor({ drivers, log }: { drivers: DriverRegistry; log: Log }, settings: TrashSettings) {
    this.#drivers = drivers;
    this.#settings = settings;
    this.#log = log;
    this.#timer = setInterval(() => this.#tidyBehind(), roundMs).unref();
    this.#tidySoon();
  }

  /** The driver, if it can keep what is removed and the settings let it. @param autoRemoved of a `--rm` container. */
  keeps(driver: VolumeDriver, autoRemoved: boolean): (VolumeDriver & Discarder) | undefined {
    const { keepMs, size, autoRemoved: too } = this.#settings;
    const isOff = keepMs === 0 || bytesOf(size, 1) === 0 || (autoRemoved && !too);
    return isOff || !isDiscarder(driver) ? undefined : driver;
  }

  /** Notes what has come, and measures it behind that. @param size in bytes, where it is known. */
  add(entry: Discarded, size?: number): void {
    if (size !== undefined && size >= 0) this.#sizes.set(entry.id, size);
    else this.#measuring = this.#measuring.then(() => this.#measure(entry));
    this.#tidySoon();
  }

  /** All of it, oldest first. */
  list(): Kept[] {
    const kept = this.#drivers
      .known()
      .filter(isDiscarder)
      .flatMap((driver) => driver.discarded().map((entry) => this.#kept(driver, entry)));
    return kept.sort((one, other) => one.discardedAt - other.discardedAt);
  }

  /** Deletes for good. */
  async purge({ id, driver, volume }: Kept, why: string): Promise<void> {
    await driver.purge(id);
    this.#sizes.delete(id);
    this.#log.info({ volume: volume.name, trash: id }, `deleted from the trash: ${why}`);
  }

  /** Lets go of what has to go, now. */
  tidy(): Promise<void> {
    return this.#rounds.run();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    await this.#measuring;
  }

  #kept(driver: VolumeDriver & Discarder, entry: Discarded): Kept {
    const expiresAt = entry.discardedAt + this.#settings.keepMs;
    return { ...entry, driver, size: this.#sizes.get(entry.id), expiresAt };
  }

  #tidySoon(): void {
    if (this.#soon !== undefined || this.#closed) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#tidyBehind();
    }, soonMs).unref();
  }

  #tidyBehind(): void {
    this.tidy().catch((error: unknown) => this.#log.warn({ err: error }, 'could not tidy the trash'));
  }

  async #tidy(): Promise<void> {
    const now = Date.now();
    for (const entry of this.list()) {
      if (entry.expiresAt <= now) await this.purge(entry, 'its time is over');
    }
    for (const entry of this.list()) if (entry.size === undefined) await this.#measure(entry);
    for (const root of new Set(this.list().map(({ pool }) => pool.root))) await this.#makeRoom(root);
  }

  async #makeRoom(root: string): Promise<void> {
    const mine = this.list().filter(({ pool }) => pool.root === root);
    const { totalBytes } = statfs(root);
    const limit = bytesOf(this.#settings.size, totalBytes);
    let total = mine.reduce((sum, { size = 0 }) => sum + size, 0);
    for (const entry of mine) {
      const isFull = statfs(root).availableBytes < Math.min(reserve.bytes, reserve.share * totalBytes);
      const isOver = total > limit && Date.now() - entry.discardedAt > graceMs;
      if (this.#closed || (!isFull && !isOver)) return;
      await this.purge(entry, isFull ? 'the disk is nearly full' : 'the trash holds too much');
      total -= entry.size ?? 0;
      // Only then is its room free, and tells whether the next has to go.
      if (isFull) await entry.driver.idle();
    }
  }

  async #measure({ id, folder, pool }: Discarded): Promise<void> {
    if (this.#closed || this.#sizes.has(id)) return;
    try {
      this.#sizes.set(id, pool.driver.usage(`${folder}/_data`)?.used ?? (await diskUsage(`${folder}/_data`)));
    } catch (error) {
      // It may have been given back meanwhile.
      this.#log.debug({ trash: id, err: error }, 'could not measure what is in the trash');
    }
  }
}
