import { parseDuration } from './duration.ts';

const DAY_MS = 86_400_000;
const DAYS = /^(\d{1,6})(d|w)$/;

/**
 * Reads how long ago something was: a Go duration, or a whole number of days or weeks ("90m", "30d", "4w").
 * @returns milliseconds. @throws invalid-argument where it is neither.
 */
export function parseAge(raw: string): number {
  const [, count, unit] = DAYS.exec(raw) ?? [];
  if (count !== undefined) return Number(count) * DAY_MS * (unit === 'w' ? 7 : 1);
  return Number(parseDuration(raw) / 1_000_000n);
}
