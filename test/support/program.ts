import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** What a program that ran to its end left. */
export interface Result {
  stdout: string;
  stderr: string;
  /** 128 + n where signal n ended it, as shells count. */
  exitCode: number;
}

export interface RunOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
  cwd?: string;
  /** Milliseconds after which it is killed. */
  timeout?: number;
}

/** Runs a program to its end, whatever its exit code. Its stdin is closed where no input is given. */
export async function runProgram(argv: readonly string[], options: RunOptions = {}): Promise<Result> {
  const output = await runBinary(argv, options);
  return { ...output, stdout: output.stdout.toString() };
}

/** As runProgram, with stdout as the bytes it wrote. */
export function runBinary(
  argv: readonly string[],
  options: RunOptions = {},
): Promise<Omit<Result, 'stdout'> & { stdout: Buffer }> {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, {
    stdio: 'pipe',
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
    timeout: options.timeout ?? 50_000,
    killSignal: 'SIGKILL',
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that ends without reading its input breaks the pipe, which is its own business.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const exitCode = code ?? (signal === 'SIGKILL' ? 137 : 128);
      resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString(), exitCode });
    });
  });
}

const everywhere = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** The path of a program in the first of the folders that has it: of PATH and the system's, unless others are named. */
export function findExecutable(name: string, folders: readonly string[] = everywhere): string {
  const path = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (path === undefined) throw new Error(`${name} was not found: run npm test, which installs what the tests need`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there: the next folder is looked at.
    return false;
  }
}
