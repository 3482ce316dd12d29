import { invalidArgument } from '../errors/index.ts';
import {
  canonicalString,
  familiarName,
  joinReference,
  parseReference,
  type Reference,
  withDefaultTag,
} from './reference.ts';
import type { ImageRecord } from './store/record.ts';

/** What `repo` and `tag` name for a new tag; undefined where no repository is given. */
export function newTag(repository: string, tag: string): Reference | undefined {
  if (repository === '') return undefined;
  const reference = withDefaultTag(joinReference(repository, tag));
  if (reference.digest !== undefined) throw invalidArgument('refusing to create a tag with a digest reference');
  if (familiarName(reference) === 'sha256') {
    throw invalidArgument('refusing to create an ambiguous tag using digest algorithm as name');
  }
  return reference;
}

/** The full reference as records hold it, or none. */
export const namesOf = (reference: Reference | undefined): string[] =>
  reference === undefined ? [] : [canonicalString(reference)];

const parsed = new WeakMap<ImageRecord, readonly Reference[]>();

/** The references of an image, parsed; once for each record, since lists ask for those of all. */
export function referencesOf(record: ImageRecord): readonly Reference[] {
  const known = parsed.get(record) ?? record.references.map(parseReference);
  parsed.set(record, known);
  return known;
}
