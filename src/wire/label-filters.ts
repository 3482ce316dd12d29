import { invalidArgument } from '../errors/index.ts';
import type { Filters } from './filters.ts';
import { parseTime } from './time.ts';

/** Labels as objects carry them; null where none were ever given. */
type Labels = Readonly<Record<string, string>> | null;

/** Tells whether labels hold every one of the values: `key` for its presence, `key=value` for its value. */
export function hasLabels(labels: Labels, values: readonly string[]): boolean {
  return values.every((value) => {
    const at = value.indexOf('=');
    const key = at < 0 ? value : value.slice(0, at);
    return labels !== null && Object.hasOwn(labels, key) && (at < 0 || labels[key] === value.slice(at + 1));
  });
}

/**
 * Reads the filters that prunes and lists share: `label`, all of which must be there; `label!`, which spares what has all of
 * them; `until`, for what was created by then (Docker's rules).
 * @returns tells of an object by its labels and the time of its creation, "" for one that is not known.
 * @throws invalid-argument for a time that is none, and for more than one.
 */
export function labelsAndAge(filters: Filters): (labels: Labels, created: string) => boolean {
  const wanted = filters.get('label') ?? [];
  const unwanted = filters.get('label!') ?? [];
  const until = untilOf(filters);
  return (labels, created) =>
    hasLabels(labels, wanted) &&
    !(unwanted.length > 0 && hasLabels(labels, unwanted)) &&
    (until === undefined || Date.parse(created) <= until);
}

/** Milliseconds since the epoch. */
function untilOf(filters: Filters): number | undefined {
  const values = filters.get('until') ?? [];
  if (values.length > 1) throw invalidArgument('more than one until filter specified');
  const [value] = values;
  return value === undefined ? undefined : Number(parseTime(value) / 1_000_000n);
}
