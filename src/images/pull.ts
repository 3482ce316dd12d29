import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reporting } from '../async/index.ts';
import type { Progress, RegistryAuth } from '../wire/index.ts';
import type { ImageContext } from './archive/load.ts';
import { hexOf, shortId } from './digest.ts';
import { byteProgress, type Report, throttled } from './progress.ts';
import { canonicalString, familiarName, familiarString, type Reference, withDefaultTag } from './reference.ts';
import { type PulledImage, pullImage } from './transfer/index.ts';

export interface PullOptions {
  auth: RegistryAuth | undefined;
  /** `os/arch[/variant]`; '' for this machine's. */
  platform: string;
  signal?: AbortSignal;
}

/**
 * Pulls an image from its registry, with Docker's progress lines. What is here already is not fetched again.
 * @throws not-found, unauthorized or system with Docker's words, before any line where the registry has no such image.
 */
export function pull(context: ImageContext, named: Reference, options: PullOptions): AsyncIterableIterator<Progress> {
  const reference = withDefaultTag(named);
  const { store } = context;
  return reporting((report, aborted) => {
    const signal = options.signal === undefined ? aborted : AbortSignal.any([aborted, options.signal]);
    const work = async (scratch: string): Promise<void> => {
      const tell = throttled(report);
      const progress = pullImage({ ...options, ...localBlobs(context), reference, scratch, signal });
      const pulled = await drain(progress, tell);
      const isNew = await keep(context, reference, { pulled, report: tell });
      report({ status: `Digest: ${pulled.digest}` });
      const name = familiarString(reference);
      report({ status: `Status: ${isNew ? 'Downloaded newer image' : 'Image is up to date'} for ${name}` });
      // As Docker has it, a pull is an event of the name and not of the id.
      context.emit({ type: 'image', action: 'pull', id: name, attributes: { name: familiarName(reference) } });
    };
    return store.pulls.hold(canonicalString(reference), () => store.staging.use(work), { signal });
  });
}

function localBlobs({ store }: ImageContext): {
  hasImage(id: string): boolean;
  blobPath(digest: string): string | undefined;
} {
  return {
    hasImage: (id) => store.isWhole(id),
    blobPath: (digest) => (store.blobs.has(digest) ? store.blobs.path(digest) : undefined),
  };
}

async function drain<T>(progress: AsyncGenerator<Progress, T>, report: Report): Promise<T> {
  for (;;) {
    const next = await progress.next();
    if (next.done === true) return next.value;
    report(next.value);
  }
}

/** @returns whether the name meant another image, or none, before. */
async function keep(
  { store }: ImageContext,
  reference: Reference,
  { pulled, report }: { pulled: PulledImage; report: Report },
): Promise<boolean> {
  const id = pulled.manifest.config.digest;
  const { domain, path, tag } = reference;
  const names = [canonicalString({ domain, path, digest: pulled.digest })];
  if (tag !== undefined && reference.digest === undefined) names.unshift(canonicalString({ domain, path, tag }));
  const isNew = store.catalog.get(id)?.removed !== false || names.some((name) => store.catalog.idOf(name) !== id);
  const { dir } = pulled;
  if (!isNew) return false;
  await store.add({
    config: dir === undefined ? store.blobs.read(id) : readFileSync(join(dir, hexOf(id))),
    layers: pulled.manifest.layers.map((descriptor) =>
      dir === undefined ? { descriptor } : { descriptor, file: join(dir, hexOf(descriptor.digest)) },
    ),
    manifest: pulled.bytes,
    references: names,
    onUnpack: ({ digest, size }, bytes, done) => {
      if (dir === undefined) return;
      report(
        done
          ? { status: 'Pull complete', progressDetail: {}, id: shortId(digest) }
          : byteProgress('Extracting', shortId(digest), { current: bytes, total: size }),
      );
    },
  });
  return true;
}
