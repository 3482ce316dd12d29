import { type ApiVersion, atLeast, MAX_API_VERSION } from '../wire/index.ts';
import { secondsOf } from './history.ts';
import { type Image, toImage } from './image.ts';
import type { ImageStore } from './store/image-store.ts';

/** An image as GET /images/json lists it (API 1.24 to 1.50). Sizes in bytes, `Created` in seconds since the epoch. */
export interface ImageSummary {
  Containers: number;
  Created: number;
  Id: string;
  Labels: Record<string, string> | null;
  ParentId: string;
  RepoDigests: string[];
  RepoTags: string[];
  SharedSize: number;
  Size: number;
  /** Before API 1.44. */
  VirtualSize?: number;
}

export interface SummaryOptions {
  /** -1 for not asked. */
  containers?: number;
  sharedSize?: number;
  apiVersion?: ApiVersion;
}

export function summarize(image: Image, options: SummaryOptions = {}): ImageSummary {
  const apiVersion = options.apiVersion ?? MAX_API_VERSION;
  const isNameless = image.repoTags.length === 0 && image.repoDigests.length === 0 && !atLeast(apiVersion, '1.43');
  return {
    Containers: options.containers ?? -1,
    Created: secondsOf(image.created),
    Id: image.id,
    Labels: Object.keys(image.config.Labels).length === 0 ? null : image.config.Labels,
    ParentId: image.parent,
    RepoDigests: isNameless ? ['<none>@<none>'] : image.repoDigests,
    RepoTags: isNameless ? ['<none>:<none>'] : image.repoTags,
    SharedSize: options.sharedSize ?? -1,
    Size: image.size,
    ...(atLeast(apiVersion, '1.44') ? {} : { VirtualSize: image.size }),
  };
}

/** Measures what images share: bytes of the layers of one that are in others too. */
export function sharedSizes(store: ImageStore): (image: Image) => number {
  const counts = new Map<string, number>();
  for (const diffId of allLayers(store)) counts.set(diffId, (counts.get(diffId) ?? 0) + 1);
  return ({ layers }) =>
    layers
      .filter((diffId) => (counts.get(diffId) ?? 0) > 1)
      .reduce((sum, diffId) => sum + (store.layers.facts(diffId)?.size ?? 0), 0);
}

/** Bytes of all layers, each counted once. */
export function layersSize(store: ImageStore): number {
  return [...new Set(allLayers(store))].reduce((sum, diffId) => sum + (store.layers.facts(diffId)?.size ?? 0), 0);
}

function allLayers(store: ImageStore): string[] {
  return store.catalog.images().flatMap((record) => {
    try {
      return toImage(store, record).layers;
    } catch {
      // A damaged image has no size to speak of; lists log it.
      return [];
    }
  });
}
