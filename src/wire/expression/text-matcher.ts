import { linearMatcher } from './matcher.ts';

/**
 * Tells whether a text fits one of the values of a filter, as Docker's `name` and `id` filters do: equal to it, or
 * matched by it as an unanchored regular expression. A malformed expression fits nothing and is no error.
 */
export function textMatcher(values: readonly string[]): (text: string) => boolean {
  const exact = new Set(values);
  const matchers = values.flatMap((value) => matcherOf(value) ?? []);
  return (text) => exact.has(text) || matchers.some((matches) => matches(text));
}

function matcherOf(value: string): ((text: string) => boolean) | undefined {
  try {
    return linearMatcher(value);
  } catch {
    return undefined;
  }
}
