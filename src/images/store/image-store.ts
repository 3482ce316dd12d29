import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { KeyedLock } from '../../async/index.ts';
import { invalidArgument } from '../../errors/index.ts';
import { type Log, openDecompressed } from '../../host/index.ts';
import { parseImageDocument } from '../config.ts';
import { sha256 } from '../digest.ts';
import { type Descriptor, makeManifest, mediaTypes } from '../manifest.ts';
import { BlobStore } from './blobs.ts';
import { Catalog, type Draft } from './catalog.ts';
import { DetailStore } from './details.ts';
import { LayerStore } from './layers.ts';
import { Pins } from './pins.ts';
import type { ImageRecord } from './record.ts';
import { Staging } from './staging.ts';

/** A layer on its way in: its blob, and the file that has it where the store has not. */
export interface NewLayer {
  descriptor: Descriptor;
  file?: string;
}

/** An image on its way in. */
export interface NewImage {
  config: Buffer;
  /** Bottom first. */
  layers: readonly NewLayer[];
  /** The exact manifest it came with; one is made where there is none. */
  manifest?: Buffer;
  parent?: string;
  /** Full references it gets. */
  references: readonly string[];
  /** Told how many bytes of a layer's blob have been unpacked; `done` with the last. */
  onUnpack?(layer: Descriptor, bytes: number, done: boolean): void;
}

/** More at once would only wait for the same disk. */
const UNPACK_AT_ONCE = 3;

/** The images on disk: blobs and index in an OCI layout, the layers unpacked beside it. */
export class ImageStore {
  readonly blobs: BlobStore;
  readonly layers: LayerStore;
  readonly catalog: Catalog;
  readonly details: DetailStore;
  readonly staging: Staging;
  readonly pins = new Pins();
  /** One pull of a name at a time: the next then finds it here. */
  readonly pulls = new KeyedLock();
  readonly #log: Log;
  readonly #working = new Set<Promise<void>>();

  /** @param root the data root; uses `images/` and `layers/` in it. */
  constructor(root: string, log: Log) {
    const layout = join(root, 'images');
    this.blobs = new BlobStore(layout);
    this.staging = new Staging(join(layout, 'staging'));
    this.catalog = Catalog.open(layout);
    this.layers = new LayerStore(join(root, 'layers'), log);
    this.details = new DetailStore(this.blobs);
    this.#log = log;
  }

  /**
   * Takes in an image: its layers are checked and unpacked, its blobs made durable, and only then is it there.
   * @returns its id.
   * @throws invalid-argument where a document or a layer is not what its digest says; nothing of it stays then.
   */
  async add(image: NewImage): Promise<string> {
    const { diffIds, os } = parseImageDocument(image.config);
    if (os !== '' && os !== 'linux') throw invalidArgument(`cannot load ${os} image on linux`);
    const { length } = image.layers;
    if (length !== diffIds.length) {
      throw invalidArgument(`invalid manifest, layers length mismatch: expected ${length}, got ${diffIds.length}`);
    }
    const id = sha256(image.config);
    const layers = image.manifest === undefined ? this.#reuseBlobs(image.layers, diffIds) : image.layers;
    const descriptors = layers.map(({ descriptor }) => descriptor);
    const manifest = image.manifest ?? makeManifest({ digest: id, size: image.config.length }, descriptors);
    const needed = [id, sha256(manifest), ...descriptors.map(({ digest }) => digest), ...diffIds];
    this.pins.add(needed);
    try {
      await this.#unpackAll(layers, diffIds, image.onUnpack);
      const record = newRecord(id, manifest, image);
      const isThere = this.isWhole(id) && (await this.catalog.update((draft) => addNames(draft, record, image)));
      if (!isThere) {
        await this.#storeBlobs(image.config, manifest, layers);
        await this.catalog.update((draft) => {
          draft.put({ ...record, references: draft.get(id)?.references ?? [] });
          addNames(draft, record, image);
        });
      }
    } finally {
      this.pins.remove(needed);
      // Of a failed image everything, of one that was here already what it brought twice.
      this.collect(needed);
    }
    return id;
  }

  /** Whether an image is here with all its blobs. */
  isWhole(id: string): boolean {
    const record = this.catalog.get(id);
    if (record === undefined) return false;
    try {
      return this.details.needs(record).blobs.every((digest) => this.blobs.has(digest));
    } catch {
      // Damaged: to be replaced by what comes in.
      return false;
    }
  }

  /** Whether all layers of an image are unpacked. */
  hasLayers(record: ImageRecord): boolean {
    return this.details.of(record).document.diffIds.every((diffId) => this.layers.has(diffId));
  }

  /** Has all layers of an image unpacked: they are, unless somebody removed them or the machine crashed. */
  async ensureLayers(record: ImageRecord): Promise<void> {
    const { document, layers } = this.details.of(record);
    const missing = layers.flatMap((descriptor, index) => {
      const diffId = document.diffIds[index] ?? '';
      return this.layers.has(diffId) ? [] : [{ diffId, blob: this.blobs.path(descriptor.digest) }];
    });
    for (const { diffId, blob } of missing) await this.layers.ensure(diffId, () => openDecompressed(blob));
  }

  /**
   * Deletes those of the blobs and layers that no image needs and nobody uses.
   * @returns the digests that went at once; their bytes go behind the answer.
   */
  collect(digests: readonly string[]): Set<string> {
    const needed = this.#needed();
    const gone = new Set<string>();
    if (needed === undefined) return gone;
    for (const digest of new Set(digests)) {
      if (needed.has(digest) || this.pins.has(digest)) continue;
      if (this.blobs.has(digest)) this.#behind(this.staging.discard(this.blobs.path(digest)).gone);
      this.#behind(this.layers.remove(digest));
      gone.add(digest);
    }
    return gone;
  }

  /** Removes what crashes left, and what no image needs. */
  async sweep(): Promise<void> {
    await this.staging.sweep();
    await this.#readAll();
    // Without an index nothing looks needed. Whoever lost it, or moved it away, may want the images back.
    if (this.catalog.isFound) this.collect([...this.blobs.list(), ...this.layers.list()]);
    await this.layers.sweep();
  }

  /** Reads the documents of all images, giving way after each: finding out what is needed is then quick. */
  async #readAll(): Promise<void> {
    for (const record of this.catalog.all()) {
      try {
        this.details.of(record);
      } catch {
        // Said where it matters: a damaged image keeps everything from being deleted.
      }
      await turn();
    }
  }

  /** A blob and a layer never share a digest unless they are the same bytes: one set serves for both. */
  #needed(): Set<string> | undefined {
    const needed = new Set<string>();
    for (const record of this.catalog.all()) {
      try {
        const { blobs, layers } = this.details.needs(record);
        for (const digest of [...blobs, ...layers]) needed.add(digest);
      } catch (error) {
        this.#log.warn({ image: record.id, err: error }, 'nothing is deleted while an image cannot be read');
        return undefined;
      }
    }
    return needed;
  }

  /** A blob that is here for the same layer, however compressed, saves a second one; only where no manifest says which. */
  #reuseBlobs(layers: readonly NewLayer[], diffIds: readonly string[]): NewLayer[] {
    const known = new Map<string, Descriptor>();
    for (const record of this.catalog.images()) {
      if (!this.isWhole(record.id)) continue;
      const { document, layers: blobs } = this.details.of(record);
      for (const [index, blob] of blobs.entries()) known.set(document.diffIds[index] ?? '', blob);
    }
    return layers.map((layer, index) => {
      const blob = known.get(diffIds[index] ?? '');
      return blob === undefined || layer.file === undefined ? layer : { descriptor: blob };
    });
  }

  async #unpackAll(
    layers: readonly NewLayer[],
    diffIds: readonly string[],
    onUnpack: NewImage['onUnpack'],
  ): Promise<void> {
    const waiting = layers.map((layer, index) => ({ layer, diffId: diffIds[index] ?? '' }));
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { layer, diffId } = next;
        await this.layers.ensure(diffId, () => this.#open(layer, onUnpack));
        onUnpack?.(layer.descriptor, layer.descriptor.size, true);
      }
    };
    const results = await Promise.allSettled(Array.from({ length: UNPACK_AT_ONCE }, work));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #open({ descriptor, file }: NewLayer, onUnpack: NewImage['onUnpack']): AsyncIterable<Buffer> {
    const path = file !== undefined && existsSync(file) ? file : this.blobs.path(descriptor.digest);
    return openDecompressed(path, (bytes) => onUnpack?.(descriptor, bytes, false));
  }

  async #storeBlobs(config: Buffer, manifest: Buffer, layers: readonly NewLayer[]): Promise<void> {
    for (const { descriptor, file } of layers) {
      if (file !== undefined) await this.blobs.adopt(file, descriptor);
    }
    await this.blobs.write(config);
    await this.blobs.write(manifest);
  }

  /** When nothing goes on behind answers any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#working);
    await this.layers.idle();
  }

  #behind(work: Promise<void>): void {
    const watched = work
      .catch((error: unknown) => this.#log.warn({ err: error }, 'could not delete what no image needs'))
      .finally(() => this.#working.delete(watched));
    this.#working.add(watched);
  }
}

function newRecord(id: string, manifest: Buffer, image: NewImage): ImageRecord {
  const { mediaType = mediaTypes.manifest } = JSON.parse(manifest.toString()) as { mediaType?: string };
  return {
    id,
    manifest: { digest: sha256(manifest), size: manifest.length, mediaType },
    parent: image.parent ?? '',
    references: [],
    lastTagged: '',
    removed: false,
  };
}

/** @returns whether the image is (still) there to get them. */
function addNames(draft: Draft, { id }: ImageRecord, { references }: NewImage): boolean {
  const known = draft.get(id);
  if (known === undefined) return false;
  if (known.removed) draft.put({ ...known, removed: false });
  const now = new Date().toISOString();
  for (const reference of references) draft.addReference(id, reference, now);
  return true;
}
