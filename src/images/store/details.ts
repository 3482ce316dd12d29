import { systemError } from '../../errors/index.ts';
import { type ImageDocument, parseImageDocument } from '../config.ts';
import { type Descriptor, parseManifest } from '../manifest.ts';
import type { BlobStore } from './blobs.ts';
import type { ImageRecord } from './record.ts';

/** What an image's blobs say. */
export interface ImageDetails {
  document: ImageDocument;
  /** The blobs of its layers, bottom first, one for each of `document.diffIds`. */
  layers: readonly Descriptor[];
}

/** Reads the documents of images when they are first asked for, and keeps them. */
export class DetailStore {
  readonly #blobs: BlobStore;
  readonly #known = new WeakMap<ImageRecord['manifest'], ImageDetails>();

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  /** @throws system where a blob is gone or damaged. */
  of(record: ImageRecord): ImageDetails {
    const known = this.#known.get(record.manifest);
    if (known !== undefined) return known;
    const manifest = parseManifest(this.#blobs.read(record.manifest.digest));
    const document = parseImageDocument(this.#blobs.read(record.id));
    if (manifest.kind !== 'image' || manifest.layers.length !== document.diffIds.length) {
      throw systemError(`image ${record.id} is damaged: its manifest does not fit it`);
    }
    const details = { document, layers: manifest.layers };
    this.#known.set(record.manifest, details);
    return details;
  }

  /** All digests that an image needs: of its blobs, and the diff ids of its layers. @throws as `of`. */
  needs(record: ImageRecord): { blobs: string[]; layers: string[] } {
    const { document, layers } = this.of(record);
    const blobs = [record.id, record.manifest.digest, ...layers.map(({ digest }) => digest)];
    return { blobs, layers: document.diffIds };
  }
}
