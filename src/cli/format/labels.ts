/** Labels on one line, sorted: a=1,b=2. */
export function labelText(labels: Record<string, string> | null | undefined): string {
  return Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}

/** What --label gives the API: `key=value`, and a key alone with an empty value. */
export function labelMap(labels: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    labels.map((label) => {
      const at = label.indexOf('=');
      return at === -1 ? [label, ''] : [label.slice(0, at), label.slice(at + 1)];
    }),
  );
}
