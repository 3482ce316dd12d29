import { invalidArgument } from '../errors/index.ts';

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
// Bounded digits: more could not be a time, and a hostile number of a million digits must stay cheap.
const PART = /(\d{0,18})(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;

/** Go's durations have 64 bits and a sign: 292 years. */
const LONGEST = 2n ** 63n - 1n;

/**
 * Reads a duration as Go writes them ("1h30m", "1.5s", "-300ms", "0"), as flags and `until` filters carry it.
 * @returns nanoseconds, or undefined where `raw` is not a duration.
 */
export function durationOf(raw: string): bigint | undefined {
  const unsigned = raw.replace(/^[+-]/, '');
  if (unsigned === '0') return 0n;
  let total = 0n;
  PART.lastIndex = 0;
  for (let at = 0; at < unsigned.length; at = PART.lastIndex) {
    const part = PART.exec(unsigned);
    const nanoseconds = part === null ? undefined : partOf(part);
    if (nanoseconds === undefined) return undefined;
    total += nanoseconds;
  }
  if (unsigned === '' || total > LONGEST) return undefined;
  return raw.startsWith('-') ? -total : total;
}

/** As durationOf. @throws invalid-argument `time: invalid duration "x"` where `raw` is not a duration. */
export function parseDuration(raw: string): bigint {
  const duration = durationOf(raw);
  if (duration === undefined) throw invalidArgument(`time: invalid duration ${JSON.stringify(raw)}`);
  return duration;
}

function partOf(part: RegExpExecArray): bigint | undefined {
  const [, whole = '', fraction = '', name = ''] = part;
  const unit = UNITS[name];
  if (unit === undefined || (whole === '' && fraction === '')) return undefined;
  // Digits beyond a nanosecond of an hour cannot matter, and a bound keeps a hostile fraction cheap.
  const digits = fraction.slice(0, 18);
  return BigInt(whole || '0') * unit + (BigInt(digits || '0') * unit) / 10n ** BigInt(digits.length);
}
