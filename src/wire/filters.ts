import { invalidArgument } from '../errors/index.ts';

/** Decoded `filters` of a query: each key with the values asked for. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/**
 * Decodes the `filters` query parameter: map of maps (`{"label":{"a":true}}`, Go clients) or map of lists
 * (`{"label":["a"]}`, docker-py and dockerode). Absent or empty means no filter.
 * @throws invalid-argument `invalid filter` for anything else.
 */
export function parseFilters(raw: string | undefined): Filters {
  const filters = new Map<string, string[]>();
  if (raw === undefined || raw === '') return filters;
  for (const [key, values] of Object.entries(parseObject(raw))) filters.set(key, decodeValues(values));
  return filters;
}

/** @throws invalid-argument `invalid filter 'key'` where a key is not among `accepted`. */
export function checkFilterKeys(filters: Filters, accepted: readonly string[]): void {
  for (const key of filters.keys()) {
    if (!accepted.includes(key)) throw invalidArgument(`invalid filter '${key}'`);
  }
}

function parseObject(raw: string): object {
  try {
    const value: unknown = JSON.parse(raw);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch {
    // Said below: malformed JSON and a JSON value of another shape are the same mistake to a client.
  }
  throw invalidArgument('invalid filter');
}

function decodeValues(values: unknown): string[] {
  if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return values;
  if (values !== null && typeof values === 'object' && !Array.isArray(values)) {
    const flags = Object.entries(values as Record<string, unknown>);
    // Go decodes null into a boolean as "leave it false".
    if (flags.every(([, on]) => typeof on === 'boolean' || on === null)) {
      return flags.flatMap(([value, on]) => (on === true ? [value] : []));
    }
  }
  throw invalidArgument('invalid filter');
}
