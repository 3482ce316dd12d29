import type { Readable } from 'node:stream';
import { reporting } from '../../async/index.ts';
import type { Emit, Progress } from '../../wire/index.ts';
import { shortId } from '../digest.ts';
import { emitImage } from '../image-event.ts';
import { byteProgress, type Report, throttled } from '../progress.ts';
import { familiarString, parseReference } from '../reference.ts';
import type { ImageStore } from '../store/image-store.ts';
import { type ArchivedImage, imagesIn } from './contents.ts';
import { SpooledArchive } from './spool.ts';

/** What operations on images work on. */
export interface ImageContext {
  store: ImageStore;
  emit: Emit;
}

/**
 * Loads every image of an archive, of Docker's or OCI's form, plain or compressed, in one pass over the stream. It is read
 * by us and not by skopeo, which rewrites configurations on their way into an OCI layout: health checks would be lost,
 * and an image's id would not be the one it was saved with.
 * @param options.quiet leaves out the progress of layers.
 */
export function loadImages(
  context: ImageContext,
  stream: Readable,
  options: { quiet: boolean },
): AsyncIterableIterator<Progress> {
  return reporting((report, signal) => {
    signal.addEventListener('abort', () => stream.destroy());
    return context.store.staging.use(async (dir) => {
      const archive = await SpooledArchive.read(stream, dir);
      for (const image of await imagesIn(archive, dir))
        await loadOne(context, image, options.quiet ? () => {} : report, report);
    });
  });
}

async function loadOne(
  context: ImageContext,
  image: ArchivedImage,
  ...[progress, say]: [progress: Report, say: Report]
): Promise<void> {
  const { store } = context;
  const before = new Map(image.references.map((reference) => [reference, store.catalog.idOf(reference)]));
  const tell = throttled(progress);
  const id = await store.add({
    ...image,
    onUnpack: ({ digest, size }, bytes, done) => {
      // Nothing was unpacked where the only message is that it is done.
      if (!done) tell(byteProgress('Loading layer', shortId(digest), { current: bytes, total: size }));
    },
  });
  for (const reference of image.references) {
    const name = familiarString(parseReference(reference));
    const previous = before.get(reference);
    if (previous !== undefined && previous !== id) {
      say({ stream: `The image ${name} already exists, renaming the old one with ID ${previous} to empty string\n` });
    }
    say({ stream: `Loaded image: ${name}\n` });
  }
  if (image.references.length === 0) say({ stream: `Loaded image ID: ${id}\n` });
  emitImage(context, 'load', { id, name: id });
}
