import { type FSWatcher, readFileSync, rmSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { codeOf, isAlive, type Log, type ProcessIdentity } from '../host/index.ts';

/** The end of a container's process. */
export interface ContainerExit {
  id: string;
  /** 128 plus the number of the signal that ended it. */
  exitCode: number;
  /** In milliseconds since the epoch. */
  at: number;
  /** The kernel ended something in the container because its memory was used up. */
  oomKilled: boolean;
}

/** What a container is watched by: its conmon, and what to do where that dies before its container. */
export interface Watched {
  monitor: ProcessIdentity;
  /** Tells whether memory ran out; asked while the control groups still exist. */
  wasOutOfMemory(): boolean;
  /** Ends what nobody waits for any more. */
  abandon(): Promise<void>;
}

/** What Docker reports of a container whose shim died: it was killed along with it. */
const lostExitCode = 137;

/** How often conmons that are not our children are looked after; their containers' ends are told by the folder's watch. */
const patrolMs = 2000;

/**
 * Hears of the ends of containers by the files conmon leaves in one folder, each once. A conmon that is killed leaves
 * none; its container is then ended too and reported as killed, because nobody would ever wait for it.
 */
export class Exits {
  readonly #dir: string;
  readonly #log: Log;
  readonly #awaited = new Map<string, Watched>();
  readonly #listeners: Array<(exit: ContainerExit) => void> = [];
  #watcher: FSWatcher | undefined;
  #patrol: NodeJS.Timeout | undefined;

  constructor(dir: string, log: Log) {
    this.#dir = dir;
    this.#log = log;
  }

  listen(listener: (exit: ContainerExit) => void): void {
    this.#listeners.push(listener);
  }

  /** Reports this container's end, which may have come already. */
  expect(id: string, watched: Watched): void {
    this.#awaited.set(id, watched);
    this.#watch();
    this.#check(id);
  }

  /**
   * A conmon has ended: its file is there, or will never be.
   * @param watched as it was given to `expect`, since by now another conmon may be there for the same container
   */
  monitorEnded(id: string, watched: Watched): void {
    if (this.#awaited.get(id) === watched && !this.#check(id)) this.#lose(id, watched);
  }

  /** The end as it is written; undefined where there is none. */
  read(id: string, wasOutOfMemory: () => boolean): ContainerExit | undefined {
    const path = join(this.#dir, id);
    try {
      const text = readFileSync(path, 'utf8').trim();
      // Empty for an instant where the file was not renamed into place: the next event has it whole.
      if (!/^-?\d+$/.test(text)) return undefined;
      return { id, exitCode: Number(text), at: statSync(path).mtimeMs, oomKilled: wasOutOfMemory() };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** The container is gone, or is being created anew: what was written of it means nothing any more. */
  forget(id: string): void {
    this.#awaited.delete(id);
    rmSync(join(this.#dir, id), { force: true });
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    clearInterval(this.#patrol);
    this.#patrol = undefined;
  }

  #watch(): void {
    this.#patrol ??= setInterval(() => this.#patrolAll(), patrolMs).unref();
    if (this.#watcher !== undefined) return;
    try {
      this.#watcher = watch(this.#dir, { persistent: false }, (_event, name) => {
        if (typeof name === 'string' && this.#awaited.has(name)) this.#check(name);
      });
      this.#watcher.on('error', (error) => this.#unwatched(error));
    } catch (error) {
      this.#unwatched(error);
    }
  }

  /** Out of inotify watches: ends are found by the patrol and by the ends of conmons. */
  #unwatched(error: unknown): void {
    this.#log.warn({ err: error }, 'cannot watch for the ends of containers; they are looked for every two seconds');
  }

  #patrolAll(): void {
    for (const [id, watched] of this.#awaited) {
      if (!isAlive(watched.monitor)) this.monitorEnded(id, watched);
      else if (this.#watcher === undefined) this.#check(id);
    }
  }

  /** @returns whether the end has been told */
  #check(id: string): boolean {
    const watched = this.#awaited.get(id);
    if (watched === undefined) return true;
    const exit = this.read(id, () => watched.wasOutOfMemory());
    if (exit !== undefined) this.#deliver(exit);
    return exit !== undefined;
  }

  #lose(id: string, watched: Watched): void {
    this.#awaited.delete(id);
    this.#log.error({ container: id }, 'the conmon of a container was killed; the container is ended too');
    const oomKilled = watched.wasOutOfMemory();
    watched
      .abandon()
      .catch((error: unknown) => this.#log.error({ container: id, err: error }, 'could not end an abandoned container'))
      .finally(() => this.#tell({ id, exitCode: lostExitCode, at: Date.now(), oomKilled }));
  }

  #deliver(exit: ContainerExit): void {
    this.#awaited.delete(exit.id);
    this.#tell(exit);
  }

  #tell(exit: ContainerExit): void {
    for (const listener of this.#listeners) listener(exit);
  }
}
