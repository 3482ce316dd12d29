import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestDaemon } from './daemon.ts';
import { findExecutable, type Result, runProgram } from './program.ts';

/** The two Composes that are in use: Debian's docker-compose in Python, and the plugin of today in Go. */
export const composes = ['Compose 1', 'Compose 2'] as const;
export type ComposeName = (typeof composes)[number];

const cached = fileURLToPath(
  new URL('../../.cache/programs/docker-compose-v2/usr/libexec/docker/cli-plugins/', import.meta.url),
);

/** A Compose's program; the plugin is looked for where docker has its plugins, and where the set-up has put it. */
export function composeProgram(name: ComposeName): string {
  if (name === 'Compose 1') return findExecutable('docker-compose', ['/usr/bin']);
  return findExecutable('docker-compose', ['/usr/libexec/docker/cli-plugins', '/usr/lib/docker/cli-plugins', cached]);
}

/** A project in a folder of its own, with its Compose pointed at one daemon. */
export class Project {
  readonly name: string;
  readonly folder: string;
  readonly #argv: readonly string[];
  readonly #environment: Record<string, string>;

  /** @param argv the program, and words before Compose's own; none for Compose 2 */
  constructor(daemon: TestDaemon, name: string, argv: readonly string[] = [composeProgram('Compose 2')]) {
    this.name = name;
    this.folder = join(daemon.folder, 'projects', name);
    this.#argv = argv;
    this.#environment = {
      DOCKER_HOST: daemon.host,
      DOCKER_CONFIG: '/nonexistent',
      HOLDFAST_AUTOSTART: '0',
      COMPOSE_PROJECT_NAME: name,
    };
    mkdirSync(this.folder, { recursive: true });
  }

  /** Writes a file of the project: `compose.yml` as text, or as what it says, which JSON says as well. */
  write(content: object | string, file = 'docker-compose.yml'): this {
    writeFileSync(join(this.folder, file), typeof content === 'string' ? content : JSON.stringify(content));
    return this;
  }

  run(...words: string[]): Promise<Result> {
    return runProgram([...this.#argv, ...words], { cwd: this.folder, env: this.#environment });
  }

  /** Runs what has to succeed. @returns its stdout without the last newline */
  async ok(...words: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(...words);
    if (exitCode === 0) return stdout.replace(/\n$/, '');
    throw new Error(`compose ${words.join(' ')}: exit code ${exitCode}\n${stdout}${stderr}`);
  }

  async discard(): Promise<void> {
    await this.run('down', '-v', '--remove-orphans', '-t', '0');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
