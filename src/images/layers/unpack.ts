import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { invalidArgument, messageOf } from '../../errors/index.ts';
import { settled, TarScan, tarExtract } from '../../host/index.ts';
import { LayerEntries } from './layer-entries.ts';
import { applyWhiteouts } from './whiteouts.ts';

/** What unpacking tells of a layer. */
export interface LayerFacts {
  /** `sha256:…` of the uncompressed archive. */
  diffId: string;
  /** Bytes of all files in it. */
  size: number;
  /** Bytes of the uncompressed archive. */
  tarSize: number;
}

/**
 * Whiteouts are kept from tar and made afterwards. Attributes of the `trusted` name space are overlayfs's own: an archive
 * that sets them could hide or redirect files of other layers. `--recursive-unlink` lets a later member replace an
 * earlier folder, as other readers do.
 *
 * Device nodes are kept, as Docker keeps them: what a container may do with a device is decided by its device cgroup, and
 * its root file system is mounted without nodev for the same reason as Docker's.
 */
const tarArguments = [
  '--exclude=.wh.*',
  '--recursive-unlink',
  '--warning=no-timestamp',
  '--warning=no-unknown-keyword',
  '--warning=no-xattr-write',
];

/**
 * Unpacks a layer's archive into the new folder `dir` in one pass: every member is checked, measured and hashed on its
 * way to tar. Nothing is ever written outside of `dir`: the folder starts out empty, tar makes links that lead out last,
 * and members with `..` are refused by both of us.
 * @param archive the uncompressed bytes.
 * @throws invalid-argument for an archive that is damaged or tries to escape; the folder is then left half-made.
 */
export async function unpackLayer(archive: AsyncIterable<Buffer>, dir: string): Promise<LayerFacts> {
  mkdirSync(dir, { mode: 0o755 });
  chmodSync(dir, 0o755);
  const entries = new LayerEntries();
  const scan = new TarScan((entry) => entries.add(entry));
  const hash = createHash('sha256');
  const extraction = new Extraction(dir);
  let tarSize = 0;
  try {
    for await (const chunk of archive) {
      hash.update(chunk);
      tarSize += chunk.length;
      // What stands behind the end of the archive belongs to its digest, and is nothing to tar.
      if (scan.ended) continue;
      scan.push(chunk);
      await extraction.write(chunk);
    }
    scan.finish();
  } catch (error) {
    await extraction.abort();
    throw error;
  }
  await extraction.finish();
  applyWhiteouts(dir, entries.whiteouts);
  return { diffId: `sha256:${hash.digest('hex')}`, size: entries.size, tarSize };
}

/** A tar that unpacks what is written to it; it is started by the first byte, since it takes no bytes at all for an error. */
class Extraction {
  readonly #dir: string;
  readonly #stream = new PassThrough();
  #result: Promise<unknown> | undefined;

  constructor(dir: string) {
    this.#dir = dir;
    // What tar says is the reason; that its input broke off follows from it.
    this.#stream.on('error', () => {});
  }

  async write(chunk: Buffer): Promise<void> {
    const options = { xattrsExclude: ['trusted.*'], args: tarArguments };
    this.#result ??= settled(tarExtract(this.#stream, this.#dir, options));
    if (this.#stream.destroyed || this.#stream.write(chunk)) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#stream.off('drain', go);
        this.#stream.off('close', go);
        resolve();
      };
      this.#stream.on('drain', go);
      this.#stream.on('close', go);
    });
  }

  async finish(): Promise<void> {
    this.#stream.end();
    const failure = await this.#result;
    if (failure === undefined) return;
    if (!('exitCode' in Object(failure))) throw failure;
    throw invalidArgument(`invalid layer: ${firstComplaint(messageOf(failure))}`, failure);
  }

  async abort(): Promise<void> {
    this.#stream.destroy(new Error('the archive was refused'));
    await this.#result;
  }
}

/** What tar stumbled over first; the rest follows from it. */
function firstComplaint(words: string): string {
  const lines = words.split('\n').map((line) => line.replace(/^(\S*tar: )+/, ''));
  return lines.find((line) => !line.startsWith('Removing leading')) ?? words;
}
