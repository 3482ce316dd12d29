import { notFound } from '../errors/index.ts';
import { hexOf } from './digest.ts';
import {
  canonicalString,
  familiarString,
  isDigest,
  parseReference,
  type Reference,
  withDefaultTag,
} from './reference.ts';
import type { Catalog } from './store/catalog.ts';
import type { ImageRecord } from './store/record.ts';

const idPrefix = /^(?:sha256:)?([0-9a-f]{1,64})$/;

/** An image as a user named it: the record, and the reference where it was named by one. */
export interface Found {
  record: ImageRecord;
  reference?: Reference;
}

/**
 * Finds the image of a reference, an id or the beginning of one, in this order (as Docker does). Ids may go without
 * `sha256:`.
 * @throws not-found `No such image: x:latest`; invalid-argument where the text can be neither.
 */
export function find(catalog: Catalog, text: string): Found {
  const full = isDigest(`sha256:${text}`) ? `sha256:${text}` : text;
  if (isDigest(full)) {
    const record = visible(catalog, full);
    if (record === undefined) throw notFound(`No such image: ${full}`);
    return { record };
  }
  const reference = withDefaultTag(parseReference(text));
  const named = visible(catalog, catalog.idOf(canonicalString(reference)));
  if (named !== undefined) return { record: named, reference };
  const record = findByPrefix(catalog, text);
  if (record === undefined) throw notFound(`No such image: ${familiarString(reference)}`);
  return { record };
}

/** Tells whether `text` is the beginning of this id, with or without `sha256:`. */
export function isPrefixOf(id: string, text: string): boolean {
  return id.startsWith(text) || hexOf(id).startsWith(text);
}

/** Undefined for none and for more than one: an id that could be two images names neither. */
function findByPrefix(catalog: Catalog, text: string): ImageRecord | undefined {
  const prefix = idPrefix.exec(text)?.[1];
  if (prefix === undefined) return undefined;
  const matching = catalog.images().filter(({ id }) => hexOf(id).startsWith(prefix));
  return matching.length === 1 ? matching[0] : undefined;
}

function visible(catalog: Catalog, id: string | undefined): ImageRecord | undefined {
  const record = id === undefined ? undefined : catalog.get(id);
  return record?.removed === true ? undefined : record;
}
