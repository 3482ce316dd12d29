import { createHash } from 'node:crypto';
import { promises as files, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { extract } from 'tar-stream';
import { HoldfastError, invalidArgument } from '../../errors/index.ts';
import { codeOf, decompressStream } from '../../host/index.ts';

/** A file that waits in a staging folder. */
export interface SpooledFile {
  path: string;
  /** `sha256:…` of its bytes. */
  digest: string;
  size: number;
}

/** More members than any real archive of images has. */
const MAX_MEMBERS = 100_000;
const MAX_DOCUMENT = 8 * 1024 * 1024;

/**
 * The members of an archive of images, each in a file of our naming: what the archive calls them is only ever a key, so
 * no name in it can reach anything.
 */
export class SpooledArchive {
  readonly #files = new Map<string, SpooledFile>();
  readonly #links = new Map<string, string>();

  /**
   * Reads an archive to its end, compressed or not.
   * @param dir an empty folder for its members.
   * @throws invalid-argument where it is no tar archive, or cut off.
   */
  static async read(source: AsyncIterable<Buffer>, dir: string): Promise<SpooledArchive> {
    const archive = new SpooledArchive();
    const tar = extract();
    const feeding = feed(decompressStream(source), tar);
    try {
      for await (const entry of tar) {
        const { name, type, linkname } = entry.header;
        const key = memberKey(name);
        if (archive.#files.size + archive.#links.size >= MAX_MEMBERS)
          throw invalidArgument('invalid archive: too large');
        if (type === 'symlink') archive.#links.set(key, posix.join(posix.dirname(key), linkname ?? ''));
        else if (type === 'link') archive.#links.set(key, memberKey(linkname ?? ''));
        else if (type === 'file' || type === 'contiguous-file') {
          archive.#files.set(key, await spoolFile(entry as AsyncIterable<Buffer>, join(dir, `${archive.#files.size}`)));
          continue;
        }
        entry.resume();
      }
    } catch (error) {
      tar.destroy();
      throw (await feeding) ?? badArchive(error);
    }
    const failure = await feeding;
    if (failure !== undefined) throw failure;
    return archive;
  }

  /** The member of this name, links followed. */
  get(name: string): SpooledFile | undefined {
    let key = memberKey(name);
    for (let hops = 0; hops < 16; hops += 1) {
      const target = this.#links.get(key);
      if (target === undefined) return this.#files.get(key);
      key = target;
    }
    return undefined;
  }

  /** @throws invalid-argument where the archive has no such member. */
  require(name: string): SpooledFile {
    const file = this.get(name);
    if (file === undefined) throw invalidArgument(`invalid archive: ${JSON.stringify(name)} is missing`);
    return file;
  }

  /** A document of the archive. @throws invalid-argument where it is missing or too large for one. */
  document(name: string): Buffer {
    const file = this.require(name);
    if (file.size > MAX_DOCUMENT) throw invalidArgument(`invalid archive: ${JSON.stringify(name)} is too large`);
    return readFileSync(file.path);
  }
}

/** Writes a stream into a new file, hashing it. */
export async function spoolFile(source: AsyncIterable<Buffer>, path: string): Promise<SpooledFile> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await files.open(path, 'wx', 0o600);
  try {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.length;
      await file.writev([chunk]);
    }
  } finally {
    await file.close();
  }
  return { path, digest: `sha256:${hash.digest('hex')}`, size };
}

/** @returns what the source failed with, if it did. */
async function feed(source: AsyncIterable<Buffer>, tar: ReturnType<typeof extract>): Promise<unknown> {
  try {
    for await (const chunk of source) {
      if (tar.destroyed) return undefined;
      if (!tar.write(chunk)) await drained(tar);
    }
    tar.end(undefined);
    return undefined;
  } catch (error) {
    tar.destroy();
    return error;
  }
}

function drained(tar: ReturnType<typeof extract>): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      tar.off('drain', go);
      tar.off('close', go);
      resolve();
    };
    tar.on('drain', go);
    tar.on('close', go);
  });
}

const memberKey = (name: string): string => posix.join('/', name).slice(1);

/** Errors of files have an errno's name, and ours a kind; all others are the archive reader's. */
function badArchive(error: unknown): unknown {
  if (error instanceof HoldfastError || /^E[A-Z]/.test(codeOf(error) ?? '')) return error;
  return invalidArgument('invalid archive: not a tar archive, or cut off', error);
}
