/** Query parameters; undefined, '' and false are left out (as Go clients do), true is sent as 1, lists repeat the key. */
export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

/** Filters as they are typed: each key with its values. */
export type FilterArguments = ReadonlyMap<string, readonly string[]>;

/** Joins an API path and its query. A %2F in the path stays, as a slash within a name. `version` is the API version, such as "1.50"; none leaves the path unversioned. */
export function requestPath(path: string, options: { query?: Query | undefined; version?: string }): string {
  const prefix = options.version === undefined ? '' : `/v${options.version}`;
  const parameters = encodeQuery(options.query ?? {});
  return `${prefix}${encodeURI(path).replace(/[?#]/g, encodeURIComponent).replaceAll('%252F', '%2F')}${parameters === '' ? '' : `?${parameters}`}`;
}

/** Encodes filters as Go clients do, a map of maps; undefined where there are none, so that the parameter is left out. */
export function encodeFilters(filters: FilterArguments): string | undefined {
  if (filters.size === 0) return undefined;
  const entries = [...filters].map(([key, values]) => [key, Object.fromEntries(values.map((value) => [value, true]))]);
  return JSON.stringify(Object.fromEntries(entries));
}

function encodeQuery(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const item of value) parameters.append(key, item);
    else if (value === true) parameters.append(key, '1');
    else if (value !== undefined && value !== false && value !== '') parameters.append(key, String(value));
  }
  return parameters.toString();
}
