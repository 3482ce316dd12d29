import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { encodeHeader, openDecompressed, padding } from '../../host/index.ts';
import { hexOf, sha256 } from '../digest.ts';
import { emitImage } from '../image-event.ts';
import { makeManifest, mediaTypes } from '../manifest.ts';
import { canonicalString, familiarName, familiarString, type Reference } from '../reference.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { ImageRecord } from '../store/record.ts';
import { layerDescriptor } from './layer-file.ts';
import type { ImageContext } from './load.ts';

/** An image to save, with the tags it is saved under. */
export interface SavedImage {
  record: ImageRecord;
  tags: Reference[];
}

/**
 * Saves images as `docker save` does: one archive that is Docker's (`manifest.json`, `repositories`) and an OCI layout at
 * once, layers uncompressed. Every blob is in it once.
 */
export async function saveImages(context: ImageContext, images: readonly SavedImage[]): Promise<Readable> {
  const { store } = context;
  for (const { record } of images) await store.ensureLayers(record);
  const needs = images.flatMap(({ record }) => {
    const { blobs, layers } = store.details.needs(record);
    return [...blobs, ...layers];
  });
  store.pins.add(needs);
  const stream = Readable.from(archive(store, images), { objectMode: false });
  stream.once('close', () => {
    store.pins.remove(needs);
    store.collect(needs);
  });
  for (const { record } of images) emitImage(context, 'save', { id: record.id, name: record.id });
  return stream;
}

async function* archive(store: ImageStore, images: readonly SavedImage[]): AsyncGenerator<Buffer> {
  const written = new Set<string>();
  const documents = { manifests: [] as object[], docker: [] as object[], repositories: {} as Repositories };
  for (const image of images) {
    yield* blobsOf(store, image.record, written);
    yield* describe(store, image, documents);
  }
  yield* file('index.json', { schemaVersion: 2, mediaType: mediaTypes.index, manifests: documents.manifests });
  yield* file('manifest.json', documents.docker);
  yield* file('oci-layout', { imageLayoutVersion: '1.0.0' });
  if (Object.keys(documents.repositories).length > 0) yield* file('repositories', documents.repositories);
  yield Buffer.alloc(1024);
}

type Repositories = Record<string, Record<string, string>>;

async function* blobsOf(store: ImageStore, record: ImageRecord, written: Set<string>): AsyncGenerator<Buffer> {
  const { document, layers } = store.details.of(record);
  for (const [index, diffId] of document.diffIds.entries()) {
    const blob = layers[index]?.digest ?? diffId;
    if (written.has(diffId)) continue;
    written.add(diffId);
    const size = store.layers.facts(diffId)?.tarSize ?? 0;
    yield head(blobName(diffId), size);
    const path = store.blobs.path(blob);
    yield* blob === diffId ? createReadStream(path, { highWaterMark: 256 * 1024 }) : openDecompressed(path);
    yield padding(size);
  }
  if (!written.has(record.id)) yield* file(blobName(record.id), store.blobs.read(record.id));
  written.add(record.id);
}

/** The image's manifest over its uncompressed layers, and its entries in the archive's own documents. */
async function* describe(
  store: ImageStore,
  { record, tags }: SavedImage,
  documents: { manifests: object[]; docker: object[]; repositories: Repositories },
): AsyncGenerator<Buffer> {
  const { document } = store.details.of(record);
  const layers = document.diffIds.map((digest) =>
    layerDescriptor(mediaTypes.layer, { digest, size: store.layers.facts(digest)?.tarSize ?? 0 }),
  );
  const manifest = makeManifest({ digest: record.id, size: store.blobs.size(record.id) }, layers);
  const digest = sha256(manifest);
  yield* file(blobName(digest), manifest);
  const platform = { architecture: document.architecture, os: document.os };
  const entry = { mediaType: mediaTypes.manifest, digest, size: manifest.length, platform };
  if (tags.length === 0) documents.manifests.push(entry);
  for (const tag of tags) {
    documents.manifests.push({ ...entry, annotations: names(tag) });
    const top = document.diffIds.at(-1);
    const known = documents.repositories[familiarName(tag)] ?? {};
    if (top !== undefined) documents.repositories[familiarName(tag)] = { ...known, [tag.tag ?? '']: hexOf(top) };
  }
  documents.docker.push({
    Config: blobName(record.id),
    RepoTags: tags.length === 0 ? null : tags.map(familiarString),
    Layers: document.diffIds.map(blobName),
  });
}

const names = (tag: Reference): Record<string, string> => ({
  'io.containerd.image.name': canonicalString(tag),
  'org.opencontainers.image.ref.name': tag.tag ?? '',
});

const blobName = (digest: string): string => `blobs/sha256/${hexOf(digest)}`;

function* file(name: string, content: Buffer | object): Generator<Buffer> {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  yield head(name, bytes.length);
  yield bytes;
  yield padding(bytes.length);
}

function head(name: string, size: number): Buffer {
  return encodeHeader({ name, size, mode: 0o644, mtime: 0 });
}
