import { reporting } from '../async/index.ts';
import { invalidArgument, notFound } from '../errors/index.ts';
import type { Progress, RegistryAuth } from '../wire/index.ts';
import type { ImageContext } from './archive/load.ts';
import {
  canonicalString,
  familiarName,
  familiarString,
  joinReference,
  parseReference,
  type Reference,
  sameRepository,
} from './reference.ts';
import type { ImageRecord } from './store/record.ts';
import { pushImage } from './transfer/index.ts';

export interface PushOptions {
  /** '' for the tag of the reference, and where that has none, for all tags of the repository. */
  tag: string;
  auth: RegistryAuth | undefined;
  signal?: AbortSignal;
}

/**
 * Pushes an image to the registry of its name, with Docker's progress lines; it gets the digest it has there as a name.
 * @throws not-found where no image has the name; unauthorized or system with Docker's words.
 */
export function push(context: ImageContext, ref: string, options: PushOptions): AsyncIterableIterator<Progress> {
  const reference = joinReference(ref, options.tag);
  if (reference.digest !== undefined) throw invalidArgument('cannot push a digest reference');
  return reporting(async (report, aborted) => {
    const signal = options.signal === undefined ? aborted : AbortSignal.any([aborted, options.signal]);
    for (const { record, tagged } of chosen(context, reference)) {
      const call = { auth: options.auth, signal, reference: tagged };
      const digest = await pushOne(context, record, { call, report });
      const { domain, path } = tagged;
      await context.store.catalog.update((draft) =>
        draft.addReference(record.id, canonicalString({ domain, path, digest })),
      );
      const attributes = { name: familiarName(tagged) };
      context.emit({ type: 'image', action: 'push', id: familiarString(tagged), attributes });
    }
  });
}

interface Chosen {
  record: ImageRecord;
  tagged: Reference;
}

function chosen({ store }: ImageContext, reference: Reference): Chosen[] {
  const candidates = store.catalog
    .images()
    .flatMap((record) =>
      record.references
        .map((name) => ({ record, tagged: parseReference(name) }))
        .filter(({ tagged }) => tagged.digest === undefined && sameRepository(tagged, reference)),
    );
  if (candidates.length === 0) {
    throw notFound(`An image does not exist locally with the tag: ${familiarName(reference)}`);
  }
  if (reference.tag === undefined) return candidates;
  const found = candidates.filter(({ tagged }) => tagged.tag === reference.tag);
  if (found.length === 0) throw notFound(`tag does not exist: ${familiarString(reference)}`);
  return found;
}

async function pushOne(
  { store }: ImageContext,
  record: ImageRecord,
  {
    call,
    report,
  }: {
    call: { auth: RegistryAuth | undefined; signal: AbortSignal; reference: Reference };
    report: (progress: Progress) => void;
  },
): Promise<string> {
  const { blobs } = store.details.needs(record);
  store.pins.add(blobs);
  try {
    return await store.staging.use(async (scratch) => {
      const manifest = store.blobs.read(record.manifest.digest);
      const progress = pushImage({ ...call, scratch, manifest, blobPath: (digest) => store.blobs.path(digest) });
      for (;;) {
        const next = await progress.next();
        if (next.done === true) return next.value;
        report(next.value);
      }
    });
  } finally {
    store.pins.remove(blobs);
    store.collect(blobs);
  }
}
