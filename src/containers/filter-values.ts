/** Tells whether labels hold every one of the values: `key` for its presence, `key=value` for its value. */
export function hasLabels(labels: Readonly<Record<string, string>>, values: readonly string[]): boolean {
  return values.every((value) => {
    const at = value.indexOf('=');
    const key = at < 0 ? value : value.slice(0, at);
    return Object.hasOwn(labels, key) && (at < 0 || labels[key] === value.slice(at + 1));
  });
}
