import type { Log } from '../host/index.ts';
import type { Filters } from '../wire/index.ts';
import { commonCondition, danglingOf, listKeys, referenceCondition } from './filters.ts';
import { type Image, toImage } from './image.ts';
import { find } from './lookup.ts';
import { referencesOf } from './names.ts';
import { familiarString, type Reference } from './reference.ts';
import type { ImageStore } from './store/image-store.ts';
import type { ImageRecord } from './store/record.ts';

/**
 * The images a list shows, newest first. Without `all` those are left out that have no name and others were made from
 * them. An image whose blobs are damaged is left out and logged: it must not hide the others.
 * @throws invalid-argument for filters there are not; not-found where `before` or `since` names no image.
 */
export function listImages(store: ImageStore, filters: Filters, options: { all: boolean; log: Log }): Image[] {
  const matches = commonCondition(filters, listKeys);
  const named = referenceCondition(filters);
  const dangling = danglingOf(filters);
  const [before, since] = [timeOf(store, filters, 'before'), timeOf(store, filters, 'since')];
  const shown: Image[] = [];
  for (const record of store.catalog.images()) {
    if (!isShown(store, record, { all: options.all, dangling, named })) continue;
    const image = readable(store, record, options.log);
    if (image === undefined || !matches({ labels: image.config.Labels, created: image.created })) continue;
    const created = Date.parse(image.created);
    if ((before !== undefined && !(created < before)) || (since !== undefined && !(created > since))) continue;
    shown.push(named === undefined ? image : withNames(image, referencesOf(record).filter(named)));
  }
  return shown.sort((a, b) => (Date.parse(b.created) || 0) - (Date.parse(a.created) || 0));
}

interface Shown {
  all: boolean;
  dangling: boolean | undefined;
  named: ((reference: Reference) => boolean) | undefined;
}

function isShown(store: ImageStore, record: ImageRecord, { all, dangling, named }: Shown): boolean {
  const references = referencesOf(record);
  const isParent = store.catalog.children(record.id).length > 0;
  const hasTag = references.some(({ digest }) => digest === undefined);
  if (dangling === true && (isParent || hasTag)) return false;
  if (references.length > 0) return named === undefined || references.some(named);
  return dangling !== false && named === undefined && (all || !isParent);
}

function withNames(image: Image, references: readonly Reference[]): Image {
  const of = (isDigest: boolean): string[] =>
    references.filter(({ digest }) => (digest !== undefined) === isDigest).map(familiarString);
  return { ...image, repoTags: of(false), repoDigests: of(true) };
}

function readable(store: ImageStore, record: ImageRecord, log: Log): Image | undefined {
  try {
    return toImage(store, record);
  } catch (error) {
    log.warn({ image: record.id, err: error }, 'an image cannot be read and is not listed');
    return undefined;
  }
}

/** Milliseconds since the epoch when the image of a filter was made. */
function timeOf(store: ImageStore, filters: Filters, key: 'before' | 'since'): number | undefined {
  const value = filters.get(key)?.[0];
  return value === undefined ? undefined : Date.parse(toImage(store, find(store.catalog, value).record).created) || 0;
}
