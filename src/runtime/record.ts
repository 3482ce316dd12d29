import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, type ProcessIdentity } from '../host/index.ts';
import type { LogLimits } from './logs/rotated-files.ts';
import type { Places } from './places.ts';

/** What is known of a container that was created, from then until it is deleted. */
export interface RunRecord {
  bundle: string;
  /** The container's first process. `startTime` is 0 where it had ended before it could be looked at. */
  init: ProcessIdentity;
  /** Its conmon, which holds its streams and waits for its end. */
  monitor: ProcessIdentity;
  tty: boolean;
  stdin: boolean;
  /** The process gets end-of-file when a client ends its input. */
  stdinOnce: boolean;
  /** The control groups the container was put in, by controller; "" is the unified tree. From each tree's mountpoint. */
  cgroups: Record<string, string>;
  /** Its log, where that is not to grow without end. */
  log?: { path: string; limits: LogLimits };
}

/** The records of this boot; they are in memory too, once read. */
export class RunRecords {
  readonly #places: Places;
  readonly #known = new Map<string, RunRecord>();

  constructor(places: Places) {
    this.#places = places;
  }

  write(id: string, record: RunRecord): void {
    mkdirSync(this.#places.container(id), { recursive: true, mode: 0o700 });
    writeFileSync(this.#path(id), JSON.stringify(record), { mode: 0o600 });
    this.#known.set(id, record);
  }

  /** undefined where the container was not created since the machine started, or has been deleted. */
  read(id: string): RunRecord | undefined {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    try {
      const record = JSON.parse(readFileSync(this.#path(id), 'utf8')) as RunRecord;
      this.#known.set(id, record);
      return record;
    } catch (error) {
      // Half a record is one that a crash left while the container was being created: it counts as none.
      if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  forget(id: string): void {
    this.#known.delete(id);
  }

  #path(id: string): string {
    return join(this.#places.container(id), 'record.json');
  }
}
