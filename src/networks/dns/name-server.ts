import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rounds } from '../../async/index.ts';
import {
  findProgram,
  type Log,
  type ProcessIdentity,
  processStartTime,
  signalProcess,
  spawnProcess,
} from '../../host/index.ts';
import { type Zone, zoneText } from './zone.ts';

/** The path of the program that answers for container names; undefined where it is not installed. */
export const nameServerProgram = (): string | undefined => findProgram('aardvark-dns');

/**
 * Answers the containers' questions for each other's names, by aardvark-dns. It is a process of its own, so that names are found
 * while there is no daemon; it reads one file a network, and reads them again when it is told to.
 */
export class NameServer {
  readonly #dir: string;
  readonly #zones: () => Zone[];
  readonly #log: Log;
  readonly #rounds = new Rounds(() => this.#write());

  /** @param dir for its files, below the exec root; @param zones asked at each update */
  constructor({ dir, zones, log }: { dir: string; zones: () => Zone[]; log: Log }) {
    this.#dir = dir;
    this.#zones = zones;
    this.#log = log;
  }

  /** Resolves once the name server has been told of everything known before this call. A failure is logged: packets flow without. */
  update(): Promise<void> {
    return this.#rounds.run();
  }

  async #write(): Promise<void> {
    try {
      const zones = this.#zones();
      const changed = this.#writeZones(zones);
      const running = this.#running();
      if (zones.length === 0) return void (running !== undefined && signalProcess(running, 'SIGTERM'));
      if (running === undefined) await this.#start();
      else if (changed) signalProcess(running, 'SIGHUP');
    } catch (error) {
      this.#log.error({ err: error }, 'container names cannot be looked up');
    }
  }

  /** @returns whether any file differs from before */
  #writeZones(zones: readonly Zone[]): boolean {
    const dir = this.#zonesDir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const wanted = new Map(zones.map((zone) => [zone.network, zoneText(zone)]));
    let changed = false;
    for (const file of readdirSync(dir)) {
      if (wanted.has(file) || file === pidFile) continue;
      rmSync(join(dir, file), { force: true });
      changed = true;
    }
    for (const [file, text] of wanted) {
      if (readIfThere(join(dir, file)) === text) continue;
      // Made beside the folder, all of whose files the name server reads.
      const temporary = join(this.#dir, file);
      writeFileSync(temporary, text, { mode: 0o600 });
      renameSync(temporary, join(dir, file));
      changed = true;
    }
    return changed;
  }

  /** It puts itself into the background once it answers. */
  async #start(): Promise<void> {
    const program = nameServerProgram();
    if (program === undefined)
      return this.#log.warn({}, 'aardvark-dns is not installed: containers do not find each other by name');
    rmSync(join(this.#zonesDir, pidFile), { force: true });
    const argv = [program, '--config', this.#zonesDir, '-p', '53', 'run'];
    const child = spawnProcess(argv, { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore', detached: true });
    const { code } = await child.exited;
    if (code !== 0)
      this.#log.error({ code }, 'aardvark-dns could not be started: containers do not find each other by name');
  }

  #running(): ProcessIdentity | undefined {
    const pid = Number(readIfThere(join(this.#zonesDir, pidFile))?.trim() ?? 0);
    if (!(pid > 0) || !readIfThere(`/proc/${pid}/cmdline`)?.includes(`\0${this.#zonesDir}\0`)) return undefined;
    const startTime = processStartTime(pid);
    return startTime === undefined ? undefined : { pid, startTime };
  }

  get #zonesDir(): string {
    return join(this.#dir, 'zones');
  }
}

const pidFile = 'aardvark.pid';

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
