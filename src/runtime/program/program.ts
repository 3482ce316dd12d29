import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SingleFlight } from '../../async/index.ts';
import { messageOf, unavailable } from '../../errors/index.ts';
import { findProgram, type Log, run } from '../../host/index.ts';
import { type ConmonProgram, describeConmon } from './conmon-program.ts';
import { probe } from './probe.ts';

/** The OCI runtime in use, with the conmon that runs it. */
export interface RuntimeProgram {
  name: string;
  path: string;
  version: string;
  conmon: ConmonProgram;
}

/** crun starts a container in half of runc's time; whether it works here only a container tells. */
const candidates = ['crun', 'runc'];

/**
 * Finds the OCI runtime: the first one that really runs a container on this host. That takes a while, so it is done
 * once a boot and remembered in a file, until a program is replaced.
 */
export class ProgramFinder {
  readonly #dir: string;
  readonly #log: Log;
  readonly #names: readonly string[];
  readonly #flight = new SingleFlight<RuntimeProgram>();
  #found: RuntimeProgram | undefined;

  /** @param options.names to choose among, names or paths, the best first */
  constructor(options: { dir: string; log: Log; names?: readonly string[] | undefined }) {
    this.#dir = options.dir;
    this.#log = options.log;
    this.#names = options.names ?? candidates;
  }

  /** @throws unavailable where none is installed or none works, with what each had to say */
  async find(): Promise<RuntimeProgram> {
    return this.#found ?? this.#flight.run('runtime', () => this.#search());
  }

  async #search(): Promise<RuntimeProgram> {
    const conmon = findProgram('conmon');
    if (conmon === undefined) throw missing('conmon', 'conmon');
    const installed = this.#names.flatMap((name) => findProgram(name) ?? []);
    if (installed.length === 0) throw missing('an OCI runtime', 'runc or crun');
    const key = keyOf([conmon, ...installed]);
    this.#found = this.#remembered(key) ?? (await this.#choose(installed, { conmon, key }));
    return this.#found;
  }

  async #choose(installed: string[], { conmon, key }: { conmon: string; key: string }): Promise<RuntimeProgram> {
    const complaints: string[] = [];
    for (const path of installed) {
      try {
        await probe(path, this.#dir);
        const program = { ...(await describe(path)), conmon: await describeConmon(conmon) };
        this.#log.info({ runtime: program.name, version: program.version }, 'the OCI runtime works');
        writeFileSync(this.#file, JSON.stringify({ key, program }), { mode: 0o600 });
        return program;
      } catch (error) {
        complaints.push(`${path}: ${messageOf(error)}`);
        this.#log.info({ runtime: path, reason: messageOf(error) }, 'the OCI runtime does not work on this host');
      }
    }
    throw unavailable(`no OCI runtime can run a container on this host: ${complaints.join('; ')}`);
  }

  #remembered(key: string): RuntimeProgram | undefined {
    try {
      const memory = JSON.parse(readFileSync(this.#file, 'utf8')) as { key: string; program: RuntimeProgram };
      return memory.key === key ? memory.program : undefined;
    } catch {
      // Not asked yet since the machine started, or cut short by a crash: ask.
      return undefined;
    }
  }

  get #file(): string {
    return join(this.#dir, 'program.json');
  }
}

/** Changes with a boot, and with each program that is put in another's place. */
function keyOf(paths: string[]): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const programs = paths.map((path) => {
    const { mtimeMs, size } = statSync(path);
    return `${path} ${mtimeMs} ${size}`;
  });
  return [boot, ...programs].join('\n');
}

const missing = (part: string, name: string) =>
  unavailable(`containers need ${part} and it is not installed: install the package ${name}`);

async function describe(path: string): Promise<Omit<RuntimeProgram, 'conmon'>> {
  const { stdout } = await run([path, '--version']);
  const [, name, version] = /^(\S+) version (\S+)/.exec(stdout) ?? [];
  return { name: name ?? path.split('/').pop() ?? path, path, version: version ?? '' };
}
