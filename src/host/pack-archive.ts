import { readFileSync } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { unavailable } from '../errors/index.ts';
import { findProgram } from './programs.ts';
import { type Spawned, spawnProcess } from './spawn-process.ts';
import { check, createArguments, namePaths, type TarCreateOptions, wordsOf } from './tar.ts';

/** How an archive is compressed on its way out. */
export type ArchiveCompression = 'none' | 'gzip' | 'zstd';

export interface PackOptions extends TarCreateOptions {
  compression: ArchiveCompression;
  /** Whole blocks that stand before the first member, such as a global header. */
  intro: Buffer;
  /** Nobody changes the files: one that has changed, or gone, is a failure, and not the way of files in use. */
  isStill?: boolean;
}

/** An archive on its way out. */
export interface Packing {
  /** Fails with what tar or the compressor said. */
  archive: Readable;
  /** How many bytes of it have been packed so far, before compression. */
  packed(): number;
}

/**
 * Packs files as `tarCreate` does, compressed on all processors. Only what is compressed already passes through this
 * process: tar writes to the compressor itself.
 * @throws unavailable where the compressor is not installed.
 */
export async function packArchive(options: PackOptions): Promise<Packing> {
  const { intro, compression } = options;
  const compressor = compression === 'none' ? undefined : startCompressor(compression);
  if (compressor !== undefined) await write(compressor.stdin, intro);
  const argv = createArguments(options);
  const tar = spawnProcess(argv, { stdout: compressor?.stdin ?? 'pipe' });
  // From now on tar alone holds it, so that its end is the end of what is to be compressed.
  compressor?.stdin.destroy();
  namePaths(tar, options);
  const packed = counter(tar);
  const chunks =
    compressor === undefined ? plain({ tar, argv }, options) : compressed({ tar, argv, compressor }, options);
  const archive = Readable.from(chunks, { objectMode: false });
  // However it ends, also where nobody has read any of it.
  archive.once('close', stopping(compressor === undefined ? [tar] : [tar, compressor], options.signal));
  return { archive, packed };
}

interface Packer {
  tar: Spawned;
  argv: readonly string[];
}

async function* plain({ tar, argv }: Packer, { intro, signal, isStill }: PackOptions): AsyncGenerator<Buffer> {
  const words = wordsOf(tar);
  yield intro;
  yield* untilWhole(tar.stdout, () => check({ tar, argv, signal }, words, packedCodes(isStill)));
}

async function* compressed(
  { tar, argv, compressor }: Packer & { compressor: Spawned },
  { signal, compression, isStill }: PackOptions,
): AsyncGenerator<Buffer> {
  const [words, complaints] = [wordsOf(tar), wordsOf(compressor)];
  yield* untilWhole(compressor.stdout, async () => {
    await check({ tar, argv, signal }, words, packedCodes(isStill));
    await check({ tar: compressor, argv: [compression], signal }, complaints, [0]);
  });
}

/** 1: a file changed while it was read. */
const packedCodes = (isStill = false): number[] => (isStill ? [0] : [0, 1]);

/** Keeps the last chunk until all is known to be well, so that what breaks off is never taken for whole. */
async function* untilWhole(chunks: AsyncIterable<Buffer>, check: () => Promise<void>): AsyncGenerator<Buffer> {
  let last: Buffer | undefined;
  for await (const chunk of chunks) {
    if (last !== undefined) yield last;
    last = chunk;
  }
  await check();
  if (last !== undefined) yield last;
}

/** Ends the programs when the signal aborts. @returns what ends them at once. */
function stopping(programs: readonly Spawned[], signal: AbortSignal | undefined): () => void {
  const kill = (): void => {
    for (const program of programs) program.kill('SIGKILL');
  };
  signal?.addEventListener('abort', kill, { once: true });
  return () => {
    signal?.removeEventListener('abort', kill);
    kill();
  };
}

function startCompressor(compression: 'gzip' | 'zstd'): Spawned {
  const argv = compressors[compression]();
  if (argv === undefined) {
    throw unavailable(
      `compressing by ${compression} needs the program ${compression}: please install it, or choose another compression`,
    );
  }
  return spawnProcess(argv);
}

/** Fast rather than small: at zstd's first level, reading the files is what takes the time. */
const compressors = {
  zstd: () => (findProgram('zstd') === undefined ? undefined : ['zstd', '-1', '-T0', '-q', '-c']),
  gzip: () => ['pigz', 'gzip'].filter((name) => findProgram(name) !== undefined).map((name) => [name, '-n', '-c'])[0],
};

/** Resolves once the kernel has the bytes, or nobody takes them, which the program's end tells of. */
function write(stream: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => stream.write(bytes, () => resolve()));
}

/** From what the kernel counts of the process; what it said last once that has ended. */
function counter({ pid }: Spawned): () => number {
  let known = 0;
  return () => {
    try {
      known = Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? known);
    } catch {
      // It has ended.
    }
    return known;
  };
}
