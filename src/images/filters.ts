import { invalidArgument } from '../errors/index.ts';
import { checkFilterKeys, type Filters, labelsAndAge } from '../wire/index.ts';
import { patternMatcher } from './pattern.ts';
import { familiarName, familiarString, type Reference } from './reference.ts';

/** What of an image a filter looks at. */
export interface Filterable {
  labels: Record<string, string>;
  /** RFC 3339, or ''. */
  created: string;
}

export const listKeys = ['dangling', 'label', 'label!', 'before', 'since', 'until', 'reference'] as const;
export const pruneKeys = ['dangling', 'label', 'label!', 'until'] as const;

/** The value of `dangling`; undefined where it is not asked for. @throws invalid-argument where it is no boolean. */
export function danglingOf(filters: Filters): boolean | undefined {
  const values = filters.get('dangling');
  if (values === undefined || values.length === 0) return undefined;
  const [value = ''] = values;
  if (values.length === 1 && ['true', '1'].includes(value)) return true;
  if (values.length === 1 && ['false', '0'].includes(value)) return false;
  throw invalidArgument(`invalid filter 'dangling=${JSON.stringify(values)}'`);
}

/** Labels and `until`, which lists and prunes share. @throws invalid-argument for a key that is not `accepted`. */
export function commonCondition(filters: Filters, accepted: readonly string[]): (image: Filterable) => boolean {
  checkFilterKeys(filters, accepted);
  const fits = labelsAndAge(filters);
  return ({ labels, created }) => fits(labels, created);
}

/** Matches a name by its familiar form, with or without its tag. Undefined where the filter is not asked for. */
export function referenceCondition(filters: Filters): ((reference: Reference) => boolean) | undefined {
  const patterns = filters.get('reference');
  if (patterns === undefined) return undefined;
  const matchers = patterns.map(patternMatcher);
  return (reference) =>
    matchers.some((matches) => matches(familiarString(reference)) || matches(familiarName(reference)));
}
