import type { ImageHistoryEntry } from '../wire/index.ts';
import { referencesOf } from './names.ts';
import { familiarString } from './reference.ts';
import type { ImageStore } from './store/image-store.ts';
import type { ImageRecord } from './store/record.ts';

/**
 * The steps an image was made in, newest first, as GET /images/{name}/history has them. Steps whose image is not here have
 * the id `<missing>`.
 */
export function historyOf(store: ImageStore, image: ImageRecord): ImageHistoryEntry[] {
  const { document } = store.details.of(image);
  let layer = 0;
  const steps = document.history.map((step): ImageHistoryEntry => {
    const diffId = step.empty_layer ? undefined : document.diffIds[layer++];
    return {
      Id: '<missing>',
      Created: secondsOf(step.created),
      CreatedBy: step.created_by,
      Tags: null,
      Size: diffId === undefined ? 0 : (store.layers.facts(diffId)?.size ?? 0),
      Comment: step.comment,
    };
  });
  steps.reverse();
  let maker: ImageRecord | undefined = image;
  for (const step of steps) {
    if (maker === undefined) break;
    step.Id = maker.id;
    const tags = referencesOf(maker).filter(({ digest }) => digest === undefined);
    step.Tags = tags.length === 0 ? null : tags.map(familiarString);
    maker = maker.parent === '' ? undefined : store.catalog.get(maker.parent);
  }
  return steps;
}

/** Seconds since the epoch of an RFC 3339 time; 0 where there is none. */
export function secondsOf(time: string): number {
  const milliseconds = Date.parse(time);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}
