import { invalidArgument } from '../errors/index.ts';
import { durationOf } from './duration.ts';

const SECOND = 1_000_000_000n;
const UNIX = /^(-?\d{1,12})(?:\.(\d*))?$/;
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?)?(Z|z|[+-]\d\d:\d\d)?$/;

/**
 * Reads a point in time as `since`, `until` and the `until` filter carry it: seconds since the epoch with an optional
 * fraction, RFC 3339 in full or cut short at any field (without a zone: local time), or a Go duration before `now`.
 * @param now milliseconds since the epoch that a duration counts back from.
 * @returns nanoseconds since the epoch.
 * @throws invalid-argument where it is none of these.
 */
export function parseTime(raw: string, now: number = Date.now()): bigint {
  const unix = UNIX.exec(raw);
  if (unix !== null) return unixTime(unix);
  const calendar = RFC3339.exec(raw);
  const time = calendar === null ? undefined : calendarTime(calendar);
  if (time !== undefined) return time;
  const duration = durationOf(raw);
  if (duration === undefined)
    throw invalidArgument(`failed to parse value as time or duration: ${JSON.stringify(raw)}`);
  return BigInt(Math.trunc(now)) * 1_000_000n - duration;
}

/** As parseTime for an optional query parameter: undefined where it is absent, empty or 0 (no bound). */
export function parseOptionalTime(raw: string, now?: number): bigint | undefined {
  if (raw === '') return undefined;
  const time = parseTime(raw, now);
  return time === 0n ? undefined : time;
}

/** Writes nanoseconds since the epoch as RFC 3339 in UTC with all nine digits, as log timestamps have it. */
export function formatTime(nanoseconds: bigint): string {
  const seconds = floorDivide(nanoseconds, SECOND);
  const fraction = String(nanoseconds - seconds * SECOND).padStart(9, '0');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, -5)}.${fraction}Z`;
}

function unixTime(match: RegExpExecArray): bigint {
  const [, seconds = '0', fraction = ''] = match;
  const nanoseconds = BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return BigInt(seconds) * SECOND + (seconds.startsWith('-') ? -nanoseconds : nanoseconds);
}

function calendarTime(match: RegExpExecArray): bigint | undefined {
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  // A day of 00 or a month of 13 would roll over into a neighbouring date instead of being refused.
  if (month < 1 || month > 12 || day < 1 || day > 31 || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const zone = match[8];
  const date = new Date(0);
  if (zone === undefined) {
    date.setFullYear(year, month - 1, day);
    date.setHours(hours, minutes, seconds, 0);
  } else {
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(hours, minutes, seconds, 0);
  }
  // The 31st of February has rolled over by now.
  if ((zone === undefined ? date.getDate() : date.getUTCDate()) !== day) return undefined;
  const offset = zone === undefined ? 0n : zoneOffset(zone);
  return BigInt(date.getTime()) * 1_000_000n + BigInt((match[7] ?? '').padEnd(9, '0')) - offset;
}

function zoneOffset(zone: string): bigint {
  if (/^z$/i.test(zone)) return 0n;
  const minutes = BigInt(zone.slice(1, 3)) * 60n + BigInt(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60n * SECOND;
}

const floorDivide = (value: bigint, by: bigint): bigint =>
  value < 0n && value % by !== 0n ? value / by - 1n : value / by;
