import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type HoldfastError, invalidArgument, systemError, unavailable } from '../../errors/index.ts';

/** A host that ssh reaches, and the holdfast there. */
export interface FarEnd {
  host: string;
  user: string;
  /** "" for ssh's own. */
  port: string;
  /** As ssh's -o takes them, such as `IdentityFile=…`. */
  options: readonly string[];
  /** The name or path of holdfast there. */
  program: string;
}

/** What of a URL is the far end. @throws invalid-argument where it is not `ssh://[user@]host[:port]`. */
export function parseSshUrl(text: string): Pick<FarEnd, 'host' | 'user' | 'port'> {
  const url = URL.parse(text);
  const isPlain = url !== null && ['', '/'].includes(url.pathname) && `${url.search}${url.hash}${url.password}` === '';
  // A host with a dash in front would be an option to ssh.
  if (!isPlain || url.protocol !== 'ssh:' || url.hostname === '' || /^-/.test(decodeURIComponent(url.hostname))) {
    throw invalidArgument(`invalid destination ${JSON.stringify(text)}: must be ssh://[user@]host[:port]`);
  }
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    user: decodeURIComponent(url.username),
    port: url.port,
  };
}

/**
 * Runs a holdfast command at the far end.
 * @param input what it reads; nothing where not given. When that fails the command is ended.
 * @returns what it wrote.
 * @throws unavailable where ssh does not get there or holdfast is not there; system with the far end's own words.
 */
export async function runThere(far: FarEnd, words: readonly string[], input?: Readable): Promise<string> {
  const ssh = spawn('ssh', sshArguments(far, words), { stdio: 'pipe' });
  const end = (): void => void ssh.kill();
  process.once('exit', end);
  try {
    const exited = new Promise<number>((resolve, reject) => {
      ssh.once('error', (error) => reject(unavailable('the program ssh cannot be run: please install it', error)));
      ssh.once('close', (code) => resolve(code ?? 255));
    });
    const output = Promise.all([textOf(ssh.stdout), textOf(ssh.stderr)]);
    const fed = input === undefined ? ssh.stdin.end() : pipeline(input, ssh.stdin);
    const broken = await Promise.resolve(fed).then(
      () => undefined,
      (error: unknown) => error,
    );
    // Where the far end ended early its own words matter; where our source failed, it must not go on.
    if (broken !== undefined && !isBrokenPipe(broken)) end();
    const [code, [stdout, stderr]] = await Promise.all([exited, output]);
    if (broken !== undefined && !isBrokenPipe(broken)) throw broken;
    if (code !== 0) throw failureThere(far, code, stderr);
    return stdout;
  } finally {
    process.off('exit', end);
  }
}

/** The far end's shell gets one line, in which every word of ours is one word. */
function sshArguments({ host, user, port, options, program }: FarEnd, words: readonly string[]): string[] {
  return [
    '-T',
    ...(port === '' ? [] : ['-p', port]),
    ...(user === '' ? [] : ['-l', user]),
    ...options.flatMap((option) => ['-o', option]),
    '--',
    host,
    [program, ...words].map(quoted).join(' '),
  ];
}

/** As one word of a POSIX shell. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

function failureThere({ host, program }: FarEnd, code: number, stderr: string): HoldfastError {
  const words = stderr.trim().slice(-2000);
  // The code of ssh itself.
  if (code === 255) return unavailable(`cannot reach ${host} by ssh: ${words || 'the connection was closed'}`);
  if (code === 126 || code === 127) {
    return unavailable(`there is no ${program} at ${host}: install holdfast there, or say where it is by --program`);
  }
  return systemError(`${host}: ${words || `holdfast ended with exit code ${code}`}`);
}

async function textOf(stream: Readable): Promise<string> {
  const chunks = (await stream.toArray()) as Buffer[];
  return Buffer.concat(chunks).toString();
}

function isBrokenPipe(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(code));
}
