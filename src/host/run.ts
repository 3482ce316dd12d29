import { cancelled, type HoldfastError, systemError } from '../errors/index.ts';
import { type Exit, spawnProcess } from './spawn-process.ts';

export interface RunOptions {
  /** What the program reads; nothing where not given. */
  input?: string | Uint8Array;
  /** Added to this process' environment. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Ends the program (SIGKILL); the call then rejects with kind `cancelled`. */
  signal?: AbortSignal;
  /** Exit codes that are no failure; only 0 where not given. */
  okCodes?: readonly number[];
  /** How much output is taken, in bytes, before the program is ended; 64 MiB where not given. */
  maxOutput?: number;
}

export interface RunResult {
  stdout: string;
  stderr: string;
  /** 128 plus the signal's number is not used: a signal is always a failure. */
  exitCode: number;
}

/** A program that failed: what it wrote last, and its exit code. */
export type RunError = HoldfastError & { readonly exitCode: number; readonly stderr: string };

const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * Runs a program to its end and takes its output. The end is when its output is closed, by all that inherited it: a program
 * that leaves something in the background is for `spawnProcess`.
 * @throws RunError (kind `system`) worded `<program>: <what it wrote to standard error>`; arguments are never in it
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  refuseAborted(options.signal);
  const child = spawnProcess(argv, {
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const abort = (): void => child.kill('SIGKILL');
  options.signal?.addEventListener('abort', abort, { once: true });
  const limit = { left: options.maxOutput ?? MAX_OUTPUT, exceeded: abort };
  const [stdout, stderr] = [collect(child.stdout, limit), collect(child.stderr, limit)];
  // A program may end without having read all of it; its exit code tells whether that was a failure.
  if (options.input !== undefined) child.stdin.end(options.input);
  const exit = await child.closed;
  options.signal?.removeEventListener('abort', abort);
  refuseAborted(options.signal);
  if (limit.left < 0) throw systemError(`${argv[0]}: wrote more than ${options.maxOutput ?? MAX_OUTPUT} bytes`);
  const texts = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
  if (exit.code === null || !(options.okCodes ?? [0]).includes(exit.code)) throw runError(argv, exit, texts.stderr);
  return { ...texts, exitCode: exit.code };
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled('the request was cancelled');
}

/** The error for a program that ended in a way that is none of the good ones. */
export function runError(argv: readonly string[], exit: Exit, stderr: string): RunError {
  const ending = exit.code === null ? `ended by ${exit.signal}` : `exit status ${exit.code}`;
  const program = argv[0]?.split('/').pop() ?? '';
  const words = stderr.trim() === '' ? ending : stderr.trim().slice(-4096);
  return Object.assign(
    systemError(`${program}: ${words.startsWith(`${program}: `) ? words.slice(program.length + 2) : words}`),
    {
      exitCode: exit.code ?? -1,
      stderr,
    },
  );
}

function collect(stream: NodeJS.ReadableStream, limit: { left: number; exceeded(): void }): Buffer[] {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    limit.left -= chunk.length;
    if (limit.left < 0) limit.exceeded();
    else chunks.push(chunk);
  });
  return chunks;
}
