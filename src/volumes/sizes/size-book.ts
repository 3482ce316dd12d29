import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../host/index.ts';
import { readSizes, writeSizes } from './sizes-file.ts';

/** How much a volume holds. */
export interface SizeFigure {
  /** In its files. */
  bytes: number;
  /** What it may hold; 0 for no limit. */
  limit: number;
  /** When that was so, in milliseconds since the epoch. */
  at: number;
}

/** Asks for sizes, one volume at a time. */
export interface Scales {
  /** From counters that the file system keeps, at once; undefined where it keeps none. */
  counted(name: string): { used: number; limit: number } | undefined;
  /** Reads the whole tree; undefined for a volume that is not to be measured, or gone. */
  walked(name: string): Promise<number | undefined>;
  /** Whether a running container may be writing to it. */
  isInUse(name: string): boolean;
}

interface SizeBookOptions {
  scales: Scales;
  /** Where figures are kept over restarts. */
  file: string;
  log: Log;
}

/** How old a figure of a volume in use may be before it is taken again, where somebody looks. */
const staleMs = 60_000;

/** For every second of walking, so many of rest: the disk is the containers'. */
const restFactor = 20;
const longestRestMs = 600_000;

/** Walks that took less than this together are not rested from. */
const freeMs = 20;

/** How long new figures wait to be written, so that many are written at once. */
const writeDelayMs = 30_000;

/**
 * How large volumes are, answered at once: from the counters of the file system where it keeps some, else as it was when
 * a walk through the files last came by. Walks are done behind, one after another with long rests, and only for volumes
 * that somebody has asked about and whose figure may have changed.
 */
export class SizeBook {
  readonly #options: SizeBookOptions;
  readonly #figures: Map<string, SizeFigure>;
  readonly #wanted = new Set<string>();
  /** Used since their figure was taken. */
  readonly #touched = new Set<string>();
  readonly #ending = new AbortController();
  #walking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SizeBookOptions) {
    this.#options = options;
    this.#figures = new Map(readSizes(options.file).map(([name, bytes, at]) => [name, { bytes, limit: 0, at }]));
  }

  /** Undefined where nothing is known yet; it will be soon, for one who asks again. */
  of(name: string): SizeFigure | undefined {
    const { scales } = this.#options;
    const counted = scales.counted(name);
    if (counted !== undefined) return { bytes: counted.used, limit: counted.limit, at: Date.now() };
    const figure = this.#figures.get(name);
    if (figure === undefined || this.#isStale(name, figure)) this.#want(name);
    return figure;
  }

  /** Somebody has measured it for a purpose of his own. */
  learn(name: string, bytes: number): void {
    this.#touched.delete(name);
    this.#figures.set(name, { bytes, limit: 0, at: Date.now() });
    this.#timer ??= setTimeout(() => this.#write(), writeDelayMs).unref();
  }

  /** A container has had it: its figure is not sure any more. */
  touch(name: string): void {
    this.#touched.add(name);
  }

  /** It is gone, or another volume has the name. */
  forget(name: string): void {
    this.#figures.delete(name);
    this.#touched.delete(name);
  }

  /** Waits for no walk: what it would have told can be asked again. */
  close(): void {
    this.#ending.abort();
    this.#wanted.clear();
    if (this.#timer !== undefined) this.#write();
  }

  #isStale(name: string, { at }: SizeFigure): boolean {
    if (Date.now() - at <= staleMs) return false;
    return this.#touched.has(name) || this.#options.scales.isInUse(name);
  }

  #want(name: string): void {
    if (this.#ending.signal.aborted) return;
    this.#wanted.add(name);
    this.#walking ??= this.#walkAll().finally(() => {
      this.#walking = undefined;
    });
  }

  async #walkAll(): Promise<void> {
    // The answer that it is wanted for goes first.
    await new Promise(setImmediate);
    let spent = 0;
    for (const name of this.#wanted) {
      this.#wanted.delete(name);
      const began = performance.now();
      await this.#walk(name);
      spent += performance.now() - began;
      if (spent < freeMs) continue;
      await this.#rest(Math.min(spent * restFactor, longestRestMs));
      spent = 0;
    }
  }

  async #walk(name: string): Promise<void> {
    try {
      const bytes = await this.#options.scales.walked(name);
      if (bytes !== undefined) this.learn(name, bytes);
    } catch (error) {
      this.#options.log.warn({ volume: name, err: error }, 'could not measure a volume');
    }
  }

  async #rest(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { ref: false, signal: this.#ending.signal }).catch(() => {
      // The daemon ends: so does the walk.
    });
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      writeSizes(this.#options.file, this.#figures);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'could not write down the sizes of volumes');
    }
  }
}
