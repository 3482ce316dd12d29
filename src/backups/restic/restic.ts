import { cancelled, unavailable } from '../../errors/index.ts';
import { findProgram, type Spawned, spawnProcess } from '../../host/index.ts';
import { isLocked, resticFailure } from './failure.ts';

/** How a repository is reached and opened. */
export interface Access {
  /** What users call it. */
  name: string;
  /** As restic writes it: a path, `s3:…`, `sftp:…`, `rest:…`, `b2:…` and so on. */
  location: string;
  /** Holds the key, and nothing else. */
  passwordFile: string;
  /** What the place of the repository asks for, such as AWS_ACCESS_KEY_ID. */
  environment: Readonly<Record<string, string>>;
  /** Where restic keeps what it knows of the repository, to ask less often; may be deleted at any time. */
  cacheFolder: string;
}

export interface ResticCall {
  args: readonly string[];
  cwd?: string;
  signal?: AbortSignal | undefined;
  /** Takes each line of standard output as it comes; without it they are the answer. */
  onLine?: (line: string) => void;
  /** Takes the process, once it runs. */
  onStart?: (child: Spawned) => void;
  /** Exit codes that are no failure beside 0. */
  okCodes?: readonly number[];
}

export interface ResticOutput {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** How long restic may take to give its locks back once it is asked to stop, in milliseconds. */
const stopPatienceMs = 10_000;
/** How much of what it says is kept, in characters. */
const keptText = 64 * 1024;

/**
 * Runs restic on a repository. A lock that a process of this host left which is gone is taken away (restic's own rule for
 * stale locks), and the call made once more.
 * @throws unavailable where restic is not installed or the repository cannot be reached; see {@link resticFailure}.
 */
export async function restic(access: Access, call: ResticCall): Promise<ResticOutput> {
  try {
    return await runOnce(access, call);
  } catch (error) {
    if (!isLocked(error)) throw error;
    await runOnce(access, { args: ['unlock'], signal: call.signal });
    return runOnce(access, call);
  }
}

/** As {@link restic}, with the answer as JSON. */
export async function resticJson<T>(access: Access, call: ResticCall): Promise<T> {
  const { stdout } = await restic(access, { ...call, args: [...call.args, '--json'] });
  return JSON.parse(stdout) as T;
}

async function runOnce(access: Access, call: ResticCall): Promise<ResticOutput> {
  refuseAborted(call.signal);
  const child = start(access, call);
  call.onStart?.(child);
  const stop = stopping(child, call.signal);
  const out = { stdout: '', stderr: '' };
  const lines = call.onLine;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
    if (lines !== undefined) out.stdout = givenLines(out.stdout, lines);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr = (out.stderr + text).slice(-keptText);
  });
  const { code } = await child.closed;
  stop();
  refuseAborted(call.signal);
  if (code === null || ![0, ...(call.okCodes ?? [])].includes(code)) throw resticFailure(access, code, out.stderr);
  return { ...out, exitCode: code };
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled('the request was cancelled');
}

/** It ends with this process, however that ends; what is secret is nowhere in its arguments. */
function start(access: Access, { args, cwd }: ResticCall): Spawned {
  if (findProgram('restic') === undefined) {
    throw unavailable('backups need restic, which is not installed on this host: apt-get install restic');
  }
  return spawnProcess(['setpriv', '--pdeathsig', 'KILL', 'restic', ...args], {
    env: {
      RESTIC_PASSWORD: undefined,
      RESTIC_PASSWORD_COMMAND: undefined,
      RESTIC_REPOSITORY_FILE: undefined,
      ...access.environment,
      RESTIC_REPOSITORY: access.location,
      RESTIC_PASSWORD_FILE: access.passwordFile,
      RESTIC_CACHE_DIR: access.cacheFolder,
      RESTIC_PROGRESS_FPS: '2',
    },
    ...(cwd === undefined ? {} : { cwd }),
    stdin: 'ignore',
  });
}

/** Asks it to stop when the signal aborts, as ^C does, so that it unlocks the repository. @returns what ends the watch. */
function stopping(child: Spawned, signal: AbortSignal | undefined): () => void {
  let late: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill('SIGINT');
    late = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
  };
  signal?.addEventListener('abort', stop, { once: true });
  return () => {
    signal?.removeEventListener('abort', stop);
    clearTimeout(late);
  };
}

/** Gives whole lines away. @returns the beginning of the one still to be completed. */
function givenLines(text: string, give: (line: string) => void): string {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  for (const line of lines) if (line !== '') give(line);
  return rest;
}
