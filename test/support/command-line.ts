import { fileURLToPath } from 'node:url';
import { findExecutable, type Result, type RunOptions, runBinary, runProgram } from './program.ts';
import { quote } from './terminal.ts';

/** The two command lines that every acceptance test goes through. */
export const commandLines = ['holdfast', 'docker'] as const;
export type CommandLineName = (typeof commandLines)[number];

const holdfast = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));

/** A command line pointed at one daemon. */
export class CommandLine {
  readonly name: CommandLineName;
  readonly #program: string;
  readonly #environment: Record<string, string>;

  constructor(name: CommandLineName, host: string) {
    this.name = name;
    this.#program = name === 'docker' ? findExecutable('docker') : holdfast;
    // An own configuration folder: a developer's contexts and credentials are not part of a test.
    // No daemon is started for a command whose daemon a test has just killed.
    this.#environment = {
      DOCKER_HOST: host,
      DOCKER_CONFIG: '/nonexistent',
      DOCKER_CLI_HINTS: 'false',
      HOLDFAST_AUTOSTART: '0',
    };
  }

  /** Runs a command to its end, whatever its exit code. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    return runProgram([this.#program, ...args], this.#with(options));
  }

  /** As run, with the bytes of stdout. */
  binary(args: readonly string[], options: RunOptions = {}): ReturnType<typeof runBinary> {
    return runBinary([this.#program, ...args], this.#with(options));
  }

  /** Runs a command that has to succeed, and returns its stdout without the last newline. */
  async ok(...args: string[]): Promise<string> {
    const result = await this.run(args);
    if (result.exitCode === 0) return result.stdout.replace(/\n$/, '');
    throw new Error(`${this.name} ${args.join(' ')}: exit code ${result.exitCode}\n${result.stdout}${result.stderr}`);
  }

  /** The command for a shell, as terminal tests need it; `environment` goes with it. */
  shellCommand(args: readonly string[]): string {
    return [this.#program, ...args].map(quote).join(' ');
  }

  get environment(): Record<string, string> {
    return this.#environment;
  }

  /** The newest API version that this client speaks, as `major.minor`. */
  async apiVersion(): Promise<string> {
    return this.ok('version', '--format', '{{.Client.APIVersion}}');
  }

  #with(options: RunOptions): RunOptions {
    return { ...options, env: { ...this.#environment, ...options.env } };
  }
}
