import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cancelled } from '../errors/index.ts';
import { codeOf } from './host-error.ts';
import { runError } from './run.ts';
import { type Spawned, spawnProcess } from './spawn-process.ts';

/** What archives keep beside owners (always by number), modes and times. */
interface TarCommon {
  /** Extended attributes and access lists; kept where not given. */
  xattrs?: boolean;
  /** Patterns of attribute names to leave out, such as `trusted.overlay.*`. */
  xattrsExclude?: readonly string[];
  /** Further arguments of GNU tar, before all file names. */
  args?: readonly string[];
  signal?: AbortSignal;
}

export interface TarCreateOptions extends TarCommon {
  /** The folder that names in the archive start from. */
  dir: string;
  /** What to pack, relative to `dir`; `.` where not given. */
  paths?: readonly string[];
  /** Packs holes as holes; not every reader of archives knows GNU's way of saying so. */
  sparse?: boolean;
  /** Whether folders bring along what is in them; they do where not given. */
  recursive?: boolean;
}

export interface TarExtractOptions extends TarCommon {
  /** What the archive is compressed with. */
  compression?: 'gzip' | 'bzip2' | 'xz' | 'zstd';
  /** Whether files take the archive's owners; they do where not given. */
  sameOwner?: boolean;
  /** A folder's mode and times are set where it existed before too; they are where not given. */
  overwriteDirectories?: boolean;
}

/**
 * Packs files by GNU tar, in the POSIX format.
 * @returns the archive. It fails with what tar said where tar fails; a file that changed while it was read is no failure.
 */
export function tarCreate(options: TarCreateOptions): Readable {
  const argv = createArguments(options);
  const tar = spawnProcess(argv);
  namePaths(tar, options);
  return Readable.from(output({ tar, argv, signal: options.signal }), { objectMode: false });
}

/** The command of tar that packs what `namePaths` tells it. */
export function createArguments(options: TarCreateOptions): string[] {
  return [
    ...['tar', '--create', '--file=-', '--format=posix', '--numeric-owner', '--warning=no-file-ignored'],
    // No process id in header names, no atime and ctime: the same files make the same archive.
    '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
    ...(options.sparse === true ? ['--sparse'] : []),
    ...(options.recursive === false ? ['--no-recursion'] : []),
    ...attributeArguments(options),
    ...(options.args ?? []),
    ...['-C', options.dir, '--null', '--verbatim-files-from', '--files-from=-'],
  ];
}

/** Tells a tar that packs what to pack. */
export function namePaths(tar: Spawned, { paths = ['.'] }: TarCreateOptions): void {
  tar.stdin.end(paths.map((path) => `${path}\0`).join(''));
}

interface Running {
  tar: Spawned;
  argv: readonly string[];
  signal: AbortSignal | undefined;
}

async function* output(running: Running): AsyncGenerator<Buffer> {
  const { tar, signal } = running;
  const stderr = wordsOf(tar);
  const stop = (): void => tar.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    yield* tar.stdout;
    await check(running, stderr, [0, 1]);
  } finally {
    signal?.removeEventListener('abort', stop);
    // Whoever stops reading early leaves tar waiting.
    stop();
  }
}

/**
 * Unpacks an archive into `dir` by GNU tar: leading slashes are taken off, names with `..` are refused, and links that lead
 * out are made only after everything else, so that nothing is written through them. Links that are in `dir` already are
 * followed: unpack hostile archives only into folders that were empty, or that nobody else can write to.
 * @returns what tar said of things that it could not keep, such as attributes that the file system does not take; "" for nothing.
 * @throws RunError with what tar said
 */
export async function tarExtract(archive: Readable, dir: string, options: TarExtractOptions = {}): Promise<string> {
  const argv = [
    ...['tar', '--extract', '--file=-', '--numeric-owner', '--preserve-permissions', '--delay-directory-restore'],
    options.sameOwner === false ? '--no-same-owner' : '--same-owner',
    ...(options.overwriteDirectories === false ? ['--no-overwrite-dir'] : []),
    ...(options.compression === undefined ? [] : [`--${options.compression}`]),
    ...attributeArguments(options),
    ...(options.args ?? []),
    ...['-C', dir],
  ];
  const tar = spawnProcess(argv, { stdout: 'ignore' });
  const stderr = wordsOf(tar);
  const stop = (): void => tar.kill('SIGKILL');
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const broken = await feed(archive, tar.stdin);
    // When tar ended early its own words matter, not our broken pipe; when the archive's source failed, tar must not go on.
    if (broken !== undefined && !isBrokenPipe(broken)) stop();
    await check({ tar, argv, signal: options.signal }, stderr, [0]).catch((error: unknown) => {
      throw broken === undefined || isBrokenPipe(broken) || options.signal?.aborted === true ? error : broken;
    });
    if (broken !== undefined && !isBrokenPipe(broken)) throw broken;
    return stderr();
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

/** @returns what went wrong on the way, if anything did */
async function feed(archive: Readable, stdin: Writable): Promise<unknown> {
  try {
    await pipeline(archive, stdin);
    return undefined;
  } catch (error) {
    return error;
  }
}

export async function check(running: Running, stderr: () => string, okCodes: readonly number[]): Promise<void> {
  const exit = await running.tar.closed;
  if (running.signal?.aborted === true) throw cancelled('the request was cancelled');
  if (exit.code === null || !okCodes.includes(exit.code)) throw runError(running.argv, exit, stderr());
}

const MAX_WORDS = 16 * 1024;

/** Keeps the last of what tar says: its own complaint stands at the end. */
export function wordsOf(tar: Spawned): () => string {
  let words = '';
  tar.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-MAX_WORDS);
  });
  return () => words;
}

function attributeArguments(options: TarCommon): string[] {
  if (options.xattrs === false) return [];
  const excluded = (options.xattrsExclude ?? []).map((pattern) => `--xattrs-exclude=${pattern}`);
  return ['--xattrs', '--xattrs-include=*', '--acls', ...excluded];
}

/** The codes of a reader that has gone: of a pipe, of the socket Node uses as one, and of a pipeline that saw it close. */
function isBrokenPipe(error: unknown): boolean {
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(codeOf(error) ?? '');
}
