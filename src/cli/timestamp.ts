import { parseTime } from '../wire/index.ts';

const SECOND = 1_000_000_000n;

/**
 * A time as the user gave it (RFC 3339 in full or part, a Go duration ago, seconds since the epoch) in the seconds the
 * API takes, read here because a time without a zone means the user's own. '' stays ''.
 * @throws invalid-argument where it is no time.
 */
export function timestampQuery(raw: string): string {
  if (raw === '' || /^\d+(\.\d+)?$/.test(raw)) return raw;
  const time = parseTime(raw);
  return `${time / SECOND}.${String(time % SECOND).padStart(9, '0')}`;
}
