import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { invalidArgument } from '../errors/index.ts';
import { containerConfigSchema, decodeBody } from '../wire/index.ts';
import { layerOfFile } from './archive/layer-file.ts';
import type { ImageContext } from './archive/load.ts';
import { toStoredConfig } from './commit.ts';
import { parseJson } from './config.ts';
import { hexOf } from './digest.ts';
import { emitImage } from './image-event.ts';
import { parseManifest } from './manifest.ts';
import { namesOf, newTag } from './names.ts';
import { familiarString } from './reference.ts';
import type { NewLayer } from './store/image-store.ts';
import type { ImageRecord } from './store/record.ts';

/*
 * How images go to a builder and come back: by folders as `dir:` of containers-transports(5) has them, which hold a
 * manifest and beside it each blob, named by the hex digits of its digest.
 */

/** Lends an image to `work` as such a folder. Its blobs are links into the store, which stay for as long as it takes. */
export function lendImage<T>(
  { store }: ImageContext,
  record: ImageRecord,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const needed = store.details.needs(record).blobs;
  store.pins.add(needed);
  const lend = store.staging.use(async (dir) => {
    writeFileSync(join(dir, 'version'), 'Directory Transport Version: 1.1\n');
    writeFileSync(join(dir, 'manifest.json'), store.blobs.read(record.manifest.digest));
    for (const digest of new Set(needed)) symlinkSync(store.blobs.path(digest), join(dir, hexOf(digest)));
    return work(dir);
  });
  return lend.finally(() => {
    store.pins.remove(needed);
    store.collect(needed);
  });
}

export interface BuiltImage {
  /** Puts the image into an empty folder. */
  fetch(dir: string): Promise<void>;
  /** What it is to be called; see {@link newTag} for the grammar. None leaves it without a name. */
  tags: readonly string[];
}

/**
 * Takes in what a builder made. What only the builder needs to know of an image (the host name of its working container,
 * the images of single steps) is left out: the id is the digest of what is kept.
 * @returns its id, and its names as users read them.
 */
export async function takeBuilt(context: ImageContext, built: BuiltImage): Promise<{ id: string; names: string[] }> {
  const { store } = context;
  const references = built.tags.flatMap((tag) => newTag(tag, '') ?? []);
  const id = await store.staging.use(async (dir) => {
    await built.fetch(dir);
    const manifest = parseManifest(readFileSync(join(dir, 'manifest.json')));
    if (manifest.kind !== 'image') throw invalidArgument('the builder made no image');
    const file = (digest: string): string => join(dir, hexOf(digest));
    const layers: NewLayer[] = [];
    for (const { digest, size } of manifest.layers) {
      layers.push(await layerOfFile({ path: file(digest), digest, size }, `${file(digest)}.plain`));
    }
    const config = keptConfig(readFileSync(file(manifest.config.digest)));
    return store.add({ config, layers, references: references.flatMap(namesOf) });
  });
  const names = references.map(familiarString);
  for (const name of names) emitImage(context, 'tag', { id, name });
  return { id, names };
}

function keptConfig(bytes: Buffer): Buffer {
  const { architecture, config, created, history, os, rootfs, variant } = parseJson(
    bytes,
    'image configuration',
  ) as Stored;
  return Buffer.from(
    JSON.stringify({
      architecture,
      config: toStoredConfig(decodeBody(containerConfigSchema, config)),
      created,
      history: history.map((step) => (isFromBuilder(step.comment) ? { ...step, comment: undefined } : step)),
      os,
      rootfs,
      variant,
    }),
  );
}

interface Stored {
  architecture: string;
  config: unknown;
  created: string;
  history: Array<{ comment?: string }>;
  os: string;
  rootfs: object;
  variant?: string;
}

/** buildah notes in a step's comment which image the step started from. */
const isFromBuilder = (comment = ''): boolean => comment.startsWith('FROM ');
