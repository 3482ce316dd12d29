import { closeSync, openSync, statSync } from 'node:fs';
import type { Log } from '../../host/index.ts';
import { tellMonitor } from '../conmon/control.ts';
import { type LogLimits, setAside } from './rotated-files.ts';

/** The log of a container that runs. */
export interface GrowingLog {
  path: string;
  limits: LogLimits;
  /** Where the control pipe of its conmon is. */
  bundle: string;
}

interface Watched extends GrowingLog {
  /** Size and time of the last look, in bytes and milliseconds. */
  size: number;
  at: number;
  /** The file that conmon was told to let go of, until it has. */
  leaving: number | undefined;
}

/** How soon, and how late, a log is looked at again. In between it depends on how fast it fills. */
const [soonestMs, latestMs] = [10, 500];

/**
 * Begins a new file for each log that has grown beyond its limit. The old one first gets its name as a rotated file, then
 * conmon is told to begin the next, which it does between two pieces of output: no line is lost, cut or doubled. Who rotates
 * and who writes being two, a file may become larger than its limit, by what is written between two looks.
 */
export class LogRotation {
  readonly #logs = new Map<string, Watched>();
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  watch(id: string, log: GrowingLog): void {
    this.#logs.set(id, { ...log, size: 0, at: performance.now(), leaving: undefined });
    this.#lookAgain(soonestMs);
  }

  forget(id: string): void {
    this.#logs.delete(id);
  }

  close(): void {
    this.#logs.clear();
    clearTimeout(this.#timer);
  }

  #lookAgain(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), afterMs).unref();
  }

  #look(): void {
    const waits = [...this.#logs].map(([id, log]) => this.#check(id, log));
    if (waits.length > 0) this.#lookAgain(Math.max(soonestMs, Math.min(latestMs, ...waits)));
  }

  /** @returns in how many milliseconds to look again */
  #check(id: string, log: Watched): number {
    try {
      const file = statSync(log.path, { throwIfNoEntry: false });
      if (file === undefined) return latestMs;
      if (file.ino === log.leaving) return soonestMs;
      const wait = untilFull(log, file.size);
      Object.assign(log, { size: file.size, at: performance.now(), leaving: undefined });
      if (file.size < log.limits.maxBytes) return wait;
      if (rotate(log)) log.leaving = file.ino;
      return soonestMs;
    } catch (error) {
      this.#log.error({ container: id, err: error }, 'could not rotate a log; it goes on growing');
      return latestMs;
    }
  }
}

/** When a log is half-way to its limit, by how fast it grew since the last look; in milliseconds. */
function untilFull({ size, at, limits }: Watched, now: number): number {
  const perMs = (now - size) / Math.max(1, performance.now() - at);
  return perMs <= 0 ? latestMs : (limits.maxBytes - now) / perMs / 2;
}

/** @returns whether conmon was told; false where there is none any more */
function rotate({ path, limits, bundle }: GrowingLog): boolean {
  // conmon makes its new file by this name, and ends where it cannot, as on a full disk: then it is not asked to.
  closeSync(openSync(`${path}.tmp`, 'a', 0o600));
  setAside(path, limits);
  return tellMonitor(bundle, '2 0 0');
}
