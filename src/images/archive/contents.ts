import { join } from 'node:path';
import * as z from 'zod';
import { HoldfastError, invalidArgument } from '../../errors/index.ts';
import { parseJson } from '../config.ts';
import { hexOf } from '../digest.ts';
import { type Descriptor, hostPlatform, type Manifest, parseManifest, selectPlatform } from '../manifest.ts';
import { canonicalString, parseReference } from '../reference.ts';
import type { NewLayer } from '../store/image-store.ts';
import { layerOfFile } from './layer-file.ts';
import type { SpooledArchive } from './spool.ts';

/** An image as an archive has it. */
export interface ArchivedImage {
  config: Buffer;
  layers: NewLayer[];
  /** Its own manifest, where the archive has one. */
  manifest?: Buffer;
  /** Full references. */
  references: string[];
}

const dockerManifestSchema = z.array(
  z.object({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()).nullish(),
  }),
);

/**
 * Finds the images of an archive: Docker's (`manifest.json`, old and new) or an OCI layout (`index.json`).
 * @param scratch a folder for files that have to be rewritten.
 * @throws invalid-argument where it is neither, or something it names is missing.
 */
export async function imagesIn(archive: SpooledArchive, scratch: string): Promise<ArchivedImage[]> {
  if (archive.get('manifest.json') !== undefined) return dockerImages(archive, scratch);
  if (archive.get('index.json') !== undefined) return ociImages(archive);
  throw invalidArgument('invalid archive: it has neither a manifest.json nor an index.json, so it holds no images');
}

async function dockerImages(archive: SpooledArchive, scratch: string): Promise<ArchivedImage[]> {
  const json = parseJson(archive.document('manifest.json'), 'manifest');
  if (json === null) throw invalidArgument('invalid manifest, manifest cannot be null (but can be [])');
  const parsed = dockerManifestSchema.safeParse(json);
  if (!parsed.success) throw invalidArgument('invalid archive: a bad manifest.json');
  const images: ArchivedImage[] = [];
  for (const { Config, RepoTags, Layers } of parsed.data) {
    const layers: NewLayer[] = [];
    for (const name of Layers ?? []) {
      const rewritten = join(scratch, `plain-${images.length}-${layers.length}`);
      layers.push(await layerOfFile(archive.require(name), rewritten));
    }
    images.push({ config: archive.document(Config), layers, references: (RepoTags ?? []).map(tagOf) });
  }
  return images;
}

function tagOf(text: string): string {
  const reference = parseReference(text);
  if (reference.tag === undefined) throw invalidArgument(`invalid tag ${JSON.stringify(text)}`);
  return canonicalString({ domain: reference.domain, path: reference.path, tag: reference.tag });
}

function ociImages(archive: SpooledArchive): ArchivedImage[] {
  const index = parseManifest(archive.document('index.json'));
  if (index.kind !== 'index') throw invalidArgument('invalid archive: a bad index.json');
  const images = new Map<string, ArchivedImage>();
  for (const descriptor of index.manifests) {
    const { bytes, manifest } = imageManifest(archive, descriptor);
    const known = images.get(manifest.config.digest) ?? {
      config: blob(archive, manifest.config),
      layers: manifest.layers.map((layer) => ({ descriptor: layer, file: verified(archive, layer) })),
      manifest: bytes,
      references: [],
    };
    images.set(manifest.config.digest, { ...known, references: [...known.references, ...namesOf(descriptor)] });
  }
  return [...images.values()];
}

/** The manifest for this machine, through an index of several platforms where it takes one. */
function imageManifest(
  archive: SpooledArchive,
  descriptor: Descriptor,
): { bytes: Buffer; manifest: Extract<Manifest, { kind: 'image' }> } {
  const bytes = blob(archive, descriptor);
  const manifest = parseManifest(bytes);
  if (manifest.kind === 'image') return { bytes, manifest };
  const chosen = selectPlatform(manifest.manifests, hostPlatform());
  const inner = parseManifest(blob(archive, chosen));
  if (inner.kind !== 'image') throw invalidArgument('invalid archive: an index inside an index');
  return { bytes: blob(archive, chosen), manifest: inner };
}

const blobName = (digest: string): string => `blobs/sha256/${hexOf(digest)}`;

function blob(archive: SpooledArchive, { digest }: Descriptor): Buffer {
  verified(archive, { digest });
  return archive.document(blobName(digest));
}

/** @returns the path of the blob. @throws invalid-argument where its content is not of its digest. */
function verified(archive: SpooledArchive, { digest }: Pick<Descriptor, 'digest'>): string {
  const file = archive.require(blobName(digest));
  if (file.digest !== digest) throw invalidArgument(`invalid archive: blob ${digest} has another digest`);
  return file.path;
}

/** Full names only: a layout that says just `latest` does not say of what. */
function namesOf({ annotations }: Descriptor): string[] {
  const name = annotations?.['io.containerd.image.name'] ?? annotations?.['org.opencontainers.image.ref.name'] ?? '';
  try {
    return /[:/]/.test(name) ? [tagOf(name)] : [];
  } catch (error) {
    if (error instanceof HoldfastError) return [];
    throw error;
  }
}
