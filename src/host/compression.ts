import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { HoldfastError, invalidArgument, notImplemented } from '../errors/index.ts';
import { codeOf } from './host-error.ts';
import { findProgram } from './programs.ts';
import { settled } from './settled.ts';
import { spawnProcess } from './spawn-process.ts';

/** How bytes are compressed; `none` for a plain archive. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';

const magics: ReadonlyArray<readonly [Compression, string]> = [
  ['gzip', '1f8b08'],
  ['zstd', '28b52ffd'],
  ['xz', 'fd377a585a00'],
  ['bzip2', '425a68'],
];

/** As many bytes as `compressionOf` looks at. */
const MAGIC_LENGTH = 6;

/** Tells by its first bytes how a stream is compressed. */
function compressionOf(start: Buffer): Compression {
  const hex = start.subarray(0, MAGIC_LENGTH).toString('hex');
  return magics.find(([, magic]) => hex.startsWith(magic))?.[0] ?? 'none';
}

/** As `compressionOf`, of a file. */
export function compressionOfFile(path: string): Compression {
  const fd = openSync(path, 'r');
  try {
    const start = Buffer.alloc(MAGIC_LENGTH);
    return compressionOf(start.subarray(0, readSync(fd, start)));
  } finally {
    closeSync(fd);
  }
}

/**
 * The bytes of a file, decompressed. Fails with invalid-argument where they are damaged.
 * @param onRead told how many bytes of the file have been read so far.
 */
export function openDecompressed(path: string, onRead?: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK });
  return decompressed(onRead === undefined ? file : counted(file, onRead), compressionOfFile(path));
}

async function* counted(source: AsyncIterable<Buffer>, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    onRead(bytes);
    yield chunk;
  }
}

/** The bytes of a stream that tells by its start how it is compressed, decompressed. */
export async function* decompressStream(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let start: Buffer = Buffer.alloc(0);
    let ended = false;
    while (start.length < MAGIC_LENGTH && !ended) {
      const next = await iterator.next();
      ended = next.done === true;
      if (next.done !== true) start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
    }
    const rest = { [Symbol.asyncIterator]: () => iterator };
    yield* decompressed(withStart(start, rest), compressionOf(start));
  } finally {
    await iterator.return?.();
  }
}

/** Large enough that a layer of gigabytes is not a million turns of the event loop. */
const CHUNK = 256 * 1024;

async function* withStart(start: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start;
  yield* rest;
}

async function* decompressed(source: AsyncIterable<Buffer>, compression: Compression): AsyncGenerator<Buffer> {
  if (compression === 'none') yield* source;
  else if (compression === 'gzip') yield* gunzipped(source);
  else yield* byProgram(source, compression);
}

async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  const feeding = settled(pipeline(source, gunzip));
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    throw damaged('gzip', error);
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

/** Node knows only gzip before version 22; the programs are as fast and always of the same behaviour. */
async function* byProgram(source: AsyncIterable<Buffer>, compression: 'zstd' | 'xz' | 'bzip2'): AsyncGenerator<Buffer> {
  const hasProgram = findProgram(compression) !== undefined;
  if (!hasProgram) throw notImplemented(`reading ${compression} needs the program ${compression}: please install it`);
  const child = spawnProcess([compression, '-dc'], { stderr: 'ignore' });
  const feeding = settled(pipeline(source, child.stdin));
  try {
    yield* child.stdout as Readable & AsyncIterable<Buffer>;
    const failed = await feeding;
    const { code } = await child.closed;
    if (failed !== undefined && codeOf(failed) !== 'EPIPE') throw failed;
    if (code !== 0) throw damaged(compression, failed);
  } finally {
    child.kill('SIGKILL');
    child.stdin.destroy();
    await feeding;
  }
}

/** A damaged stream is the sender's mistake; a source that fails by itself keeps its own error. */
function damaged(compression: Compression, cause: unknown): unknown {
  const code = codeOf(cause) ?? '';
  if (cause instanceof HoldfastError || (cause !== undefined && !code.startsWith('Z_') && code !== 'EPIPE'))
    return cause;
  return invalidArgument(`invalid ${compression} data: damaged or cut off`, cause);
}
