import { linkSync, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { codeOf } from '../../host/index.ts';
import type { Progress } from '../../wire/index.ts';
import { hexOf, shortId } from '../digest.ts';
import type { Descriptor } from '../manifest.ts';
import { byteProgress } from '../progress.ts';

/**
 * Tells how the layers of a pull arrive, from what skopeo does in its `dir:` folder: a blob grows in a temporary file and
 * has its own name once it is whole and its digest is checked.
 */
export class Arrivals {
  readonly #dir: string;
  readonly #layers: readonly Descriptor[];
  /** In the order skopeo came to them, which is the order of its temporary files. */
  readonly #begun: string[] = [];
  readonly #done = new Set<string>();
  readonly #seeded = new Set<string>();

  constructor(dir: string, layers: readonly Descriptor[]) {
    this.#dir = dir;
    this.#layers = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
  }

  /**
   * Puts in blobs that are here already, as links: skopeo takes what it finds. It clears the folder when it starts, so
   * this waits for its `version` file; a blob that it was quicker to fetch is merely fetched.
   * @returns stops waiting.
   */
  seed(blobPath: (digest: string) => string | undefined): () => void {
    const known = this.#layers.flatMap(({ digest }) => {
      const path = blobPath(digest);
      return path === undefined ? [] : [{ digest, path }];
    });
    for (const { digest } of known) this.#seeded.add(digest);
    if (known.length === 0) return () => {};
    const watcher = watch(this.#dir, () => {
      if (!this.#has('version')) return;
      watcher.close();
      for (const { digest, path } of known) link(path, join(this.#dir, hexOf(digest)));
    });
    return () => watcher.close();
  }

  /** Learns from skopeo's output which blobs it has come to. */
  follow(output: Readable): void {
    createInterface({ input: output }).on('line', (line) => {
      const digest = /Copying blob (sha256:[0-9a-f]{64})/.exec(line)?.[1];
      if (digest !== undefined) this.#begun.push(digest);
    });
  }

  *start(): Generator<Progress> {
    for (const { digest } of this.#layers) {
      const status = this.#seeded.has(digest) ? 'Already exists' : 'Pulling fs layer';
      yield { status, progressDetail: {}, id: shortId(digest) };
    }
  }

  /** What has happened since the last call. */
  *news(): Generator<Progress> {
    const underWay = this.#layers.filter(({ digest }) => !this.#done.has(digest) && !this.#seeded.has(digest));
    for (const { digest, size } of underWay) {
      if (!this.#has(hexOf(digest))) continue;
      this.#done.add(digest);
      const id = shortId(digest);
      yield byteProgress('Downloading', id, { current: size, total: size });
      yield { status: 'Verifying Checksum', progressDetail: {}, id };
      yield { status: 'Download complete', progressDetail: {}, id };
    }
    yield* this.#growing(underWay.filter(({ digest }) => !this.#done.has(digest)));
  }

  *#growing(layers: readonly Descriptor[]): Generator<Progress> {
    const sizes = this.#temporarySizes();
    const begun = this.#begun.flatMap((digest) => layers.find((layer) => layer.digest === digest) ?? []);
    for (const [index, { digest, size }] of begun.entries()) {
      const current = sizes[index];
      if (current === undefined) continue;
      yield byteProgress('Downloading', shortId(digest), { current: Math.min(current, size), total: size });
    }
  }

  /** Sizes of the files that blobs grow in, oldest first. */
  #temporarySizes(): number[] {
    return readdirSync(this.#dir)
      .filter((name) => name.startsWith('dir-put-blob'))
      .flatMap((name) => statSync(join(this.#dir, name), { throwIfNoEntry: false }) ?? [])
      .sort((a, b) => a.birthtimeMs - b.birthtimeMs)
      .map(({ size }) => size);
  }

  #has(name: string): boolean {
    return statSync(join(this.#dir, name), { throwIfNoEntry: false }) !== undefined;
  }
}

function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    // Fetched already, or removed meanwhile: either way skopeo does its usual work.
    if (codeOf(error) !== 'EEXIST' && codeOf(error) !== 'ENOENT') throw error;
  }
}
