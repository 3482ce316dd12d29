import { isKind } from '../errors/index.ts';
import type { SavedImage } from './archive/save.ts';
import { find } from './lookup.ts';
import { referencesOf } from './names.ts';
import { canonicalString, parseReference, type Reference, sameRepository } from './reference.ts';
import type { Catalog } from './store/catalog.ts';
import type { ImageRecord } from './store/record.ts';

/**
 * What to save for the names given, each image once: a repository without a tag stands for all its tags, an id brings no
 * tag along.
 * @throws not-found where a name is none.
 */
export function savedImages(catalog: Catalog, names: readonly string[]): SavedImage[] {
  const images = new Map<string, { record: ImageRecord; tags: Map<string, Reference> }>();
  const add = (record: ImageRecord, tags: readonly Reference[]): void => {
    const image = images.get(record.id) ?? { record, tags: new Map() };
    for (const tag of tags) image.tags.set(canonicalString(tag), tag);
    images.set(record.id, image);
  };
  for (const name of names) {
    const tagged = tagsOf(catalog, name);
    for (const [record, tags] of tagged) add(record, tags);
    if (tagged.length > 0) continue;
    const { record, reference } = find(catalog, name);
    add(record, reference === undefined || reference.digest !== undefined ? [] : [reference]);
  }
  return [...images.values()].map(({ record, tags }) => ({ record, tags: [...tags.values()] }));
}

/** All tags of a repository that is named without one; none where the name is something else. */
function tagsOf(catalog: Catalog, name: string): Array<[ImageRecord, Reference[]]> {
  const repository = bareName(name);
  if (repository === undefined) return [];
  return catalog.images().flatMap((record): Array<[ImageRecord, Reference[]]> => {
    const tags = referencesOf(record).filter(
      (reference) => reference.digest === undefined && sameRepository(reference, repository),
    );
    return tags.length === 0 ? [] : [[record, tags]];
  });
}

function bareName(name: string): Reference | undefined {
  try {
    const reference = parseReference(name);
    return reference.tag === undefined && reference.digest === undefined ? reference : undefined;
  } catch (error) {
    // An id, which cannot be a repository.
    if (isKind(error, 'invalid-argument')) return undefined;
    throw error;
  }
}
