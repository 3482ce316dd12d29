import type { Log } from '../../host/index.ts';
import type { Emit } from '../../wire/index.ts';
import { fullAt, type UseSample } from './fit.ts';
import { readSamples, writeSamples } from './samples-file.ts';

/** Something that can be full: the file system of a pool, or a volume with a limit. */
export interface Room {
  kind: 'pool' | 'volume';
  name: string;
  /** Bytes. */
  used: number;
  total: number;
}

/** When it will be full, in milliseconds since the epoch; undefined where that cannot be told. */
export interface Forecast extends Room {
  fullAt: number | undefined;
}

interface ForecasterOptions {
  /** What there is to watch, from counters. */
  rooms: () => Promise<Room[]>;
  /** Where samples are kept over restarts. */
  file: string;
  emit: Emit;
  log: Log;
  now?: () => number;
}

const everyMs = 600_000;
/** A week, of one sample every ten minutes. */
const mostSamples = 1008;

const dayMs = 86_400_000;
/** Told once each, in days. */
const horizons = [7, 3, 1];
/** A forecast has to be this much farther off before the same horizon is told again. */
const relief = 1.5;

/** Which part of a file system is left when it is told, and how much has to be there before it is told again. */
const nearlyFull = 0.1;
const roomAgain = 0.15;

/**
 * Looks at how full things are every ten minutes, and says by an event when one will be full within a week, three days and
 * a day (`forecast`), and when less than a tenth of a file system is left (`disk-nearly-full`).
 */
export class Forecaster {
  readonly #options: ForecasterOptions;
  readonly #samples: Map<string, UseSample[]>;
  /** The nearest horizon that was told of each. */
  readonly #told = new Map<string, number>();
  readonly #nearlyFull = new Set<string>();
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;

  constructor(options: ForecasterOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#samples = readSamples(options.file);
    this.#timer = setInterval(() => void this.sample(), everyMs).unref();
  }

  /** Everything that is watched, with when it will be full. */
  async forecasts(): Promise<Forecast[]> {
    return (await this.#options.rooms()).map((room) => this.#forecast(room));
  }

  /** Takes a sample of each, and tells what is new about it. */
  async sample(): Promise<void> {
    try {
      const rooms = await this.#options.rooms();
      for (const room of rooms) this.#add(room);
      const keys = new Set(rooms.map(keyOf));
      for (const key of this.#samples.keys()) if (!keys.has(key)) this.#samples.delete(key);
      for (const room of rooms) this.#tell(this.#forecast(room));
      writeSamples(this.#options.file, this.#samples);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'could not look at how full the pools are');
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #forecast(room: Room): Forecast {
    return { ...room, fullAt: fullAt(this.#samples.get(keyOf(room)) ?? [], room.total) };
  }

  #add(room: Room): void {
    const samples = this.#samples.get(keyOf(room)) ?? [];
    samples.push({ at: this.#now(), used: room.used });
    this.#samples.set(keyOf(room), samples.slice(-mostSamples));
  }

  #tell(forecast: Forecast): void {
    this.#tellHorizon(forecast);
    if (forecast.kind === 'pool') this.#tellNearlyFull(forecast);
  }

  #tellHorizon(forecast: Forecast): void {
    const key = keyOf(forecast);
    const days = forecast.fullAt === undefined ? Number.POSITIVE_INFINITY : (forecast.fullAt - this.#now()) / dayMs;
    const told = this.#told.get(key);
    if (told !== undefined && days > told * relief) this.#told.delete(key);
    const reached = horizons.filter((horizon) => days <= horizon).at(-1);
    if (reached === undefined || reached >= (this.#told.get(key) ?? Number.POSITIVE_INFINITY)) return;
    this.#told.set(key, reached);
    const when = new Date(forecast.fullAt ?? 0).toISOString();
    this.#emit(forecast, 'forecast', { fullAt: when, withinDays: String(reached) });
  }

  #tellNearlyFull(forecast: Forecast): void {
    const left = 1 - forecast.used / forecast.total;
    if (left > roomAgain) this.#nearlyFull.delete(forecast.name);
    if (left >= nearlyFull || this.#nearlyFull.has(forecast.name)) return;
    this.#nearlyFull.add(forecast.name);
    this.#emit(forecast, 'disk-nearly-full', {});
  }

  #emit({ kind, name, used, total }: Forecast, action: string, more: Record<string, string>): void {
    const about: Record<string, string> = kind === 'pool' ? { pool: name } : {};
    const attributes = { ...about, used: String(used), total: String(total), ...more };
    this.#options.emit({ type: 'volume', action, id: kind === 'volume' ? name : '', attributes });
  }
}

const keyOf = ({ kind, name }: Room): string => `${kind} ${name}`;
