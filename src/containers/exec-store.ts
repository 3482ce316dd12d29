import { notFound } from '../errors/index.ts';
import type { ExecSession as RunningExec } from '../runtime/index.ts';
import type { ExecCreate } from '../wire/index.ts';
import type { Container } from './container.ts';

/** A command to be run, running, or ended, in a container. */
export interface ExecSession {
  id: string;
  container: Container;
  request: ExecCreate;
  started: boolean;
  running: boolean;
  /** Null until it has ended. */
  exitCode: number | null;
  pid: number;
  process: RunningExec | undefined;
}

/** How many ended sessions stay known for an inspect: clients ask for the exit code after the end. */
const endedToKeep = 1_000;

/** The exec sessions of this daemon's life, by id. */
export class ExecStore {
  readonly #sessions = new Map<string, ExecSession>();

  add(session: ExecSession): void {
    this.#sessions.set(session.id, session);
    session.container.execIds.add(session.id);
  }

  /** @throws not-found `No such exec instance: id`. */
  get(id: string): ExecSession {
    const exact = this.#sessions.get(id);
    if (exact !== undefined) return exact;
    const matches = id === '' ? [] : [...this.#sessions.values()].filter((session) => session.id.startsWith(id));
    const only = matches.length === 1 ? matches[0] : undefined;
    if (only === undefined) throw notFound(`No such exec instance: ${id}`);
    return only;
  }

  /** Called at a session's end: it stays for inspection while there are not too many. */
  settle(session: ExecSession): void {
    session.container.execIds.delete(session.id);
    session.process = undefined;
    const ended = [...this.#sessions.values()].filter((each) => each.started && !each.running);
    for (const old of ended.slice(0, Math.max(0, ended.length - endedToKeep))) this.#sessions.delete(old.id);
  }
}
