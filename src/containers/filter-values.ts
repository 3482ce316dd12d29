/**
 * Tells whether a text fits one of the values of a filter, as Docker's `name` and `id` filters do: equal to it, or
 * matched by it as an unanchored regular expression. A malformed expression fits nothing and is no error.
 */
export function textMatcher(values: readonly string[]): (text: string) => boolean {
  const exact = new Set(values);
  const expressions = values.flatMap((value) => expressionOf(value) ?? []);
  return (text) => exact.has(text) || expressions.some((expression) => expression.test(text));
}

/** Go's flags at the head of an expression, `(?i)`, are JavaScript's flags beside it. */
function expressionOf(value: string): RegExp | undefined {
  const [head = '', flags = ''] = /^\(\?([ims]+)\)/.exec(value) ?? [];
  try {
    return new RegExp(value.slice(head.length), flags);
  } catch {
    return undefined;
  }
}

/** Tells whether labels hold every one of the values: `key` for its presence, `key=value` for its value. */
export function hasLabels(labels: Readonly<Record<string, string>>, values: readonly string[]): boolean {
  return values.every((value) => {
    const at = value.indexOf('=');
    const key = at < 0 ? value : value.slice(0, at);
    return Object.hasOwn(labels, key) && (at < 0 || labels[key] === value.slice(at + 1));
  });
}
