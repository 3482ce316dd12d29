import { invalidArgument } from '../../errors/index.ts';
import { durationOf } from '../../wire/index.ts';

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** Go's strconv.ParseBool, whose words docker's users know. */
export function parseBoolean(raw: string): boolean {
  if (TRUE.has(raw)) return true;
  if (FALSE.has(raw)) return false;
  throw invalidArgument(`strconv.ParseBool: parsing ${JSON.stringify(raw)}: invalid syntax`);
}

/** A whole number within bounds, in any of Go's spellings: decimal, 0x, 0o, 0b, a leading 0 for octal, `_` between digits. */
export function parseInteger(raw: string, bounds: { min: number; max: number }): number {
  const words = `strconv.${bounds.min === 0 ? 'ParseUint' : 'ParseInt'}: parsing ${JSON.stringify(raw)}`;
  if (bounds.min === 0 && /^[-+]/.test(raw)) throw invalidArgument(`${words}: invalid syntax`);
  const match = /^([-+]?)(?:0o?([0-7]+)|(\d+|0x[\da-f]+|0b[01]+))$/i.exec(
    raw.replace(/(?<=[\da-f])_(?=[\da-f])/gi, ''),
  );
  if (match === null) throw invalidArgument(`${words}: invalid syntax`);
  const magnitude = match[2] === undefined ? Number(match[3]) : Number.parseInt(match[2], 8);
  const value = match[1] === '-' && magnitude !== 0 ? -magnitude : magnitude;
  if (value < bounds.min || value > bounds.max) throw invalidArgument(`${words}: value out of range`);
  return value;
}

/** A Go duration (`300ms`, `1h2m3.5s`, `0`) in nanoseconds. @throws invalid-argument in Go's words. */
export function parseDuration(raw: string): number {
  const nanoseconds = durationOf(raw);
  if (nanoseconds !== undefined) return Number(nanoseconds);
  const quoted = JSON.stringify(raw);
  if (/^[-+]?(\d+\.?\d*|\.\d+)$/.test(raw)) throw invalidArgument(`time: missing unit in duration ${quoted}`);
  const unit = /^[-+]?[\d.]+([a-zµμ]+)$/i.exec(raw)?.[1];
  if (unit !== undefined) throw invalidArgument(`time: unknown unit "${unit}" in duration ${quoted}`);
  throw invalidArgument(`time: invalid duration ${quoted}`);
}

/**
 * A rational number in billionths, exact to nine places: `1.5`, `1/2`, `1e2`.
 * @throws invalid-argument for more places or no number.
 */
export function parseDecimal(raw: string): number {
  const match = /^([-+]?)(\d*\.?\d*)(?:e([-+]?\d{1,2})|\/(\d+))?$/i.exec(raw);
  const digits = match?.[2] ?? '';
  if (match === null || !/\d/.test(digits) || Number(match[4] ?? 1) === 0) {
    throw invalidArgument(`failed to parse ${raw} as a rational number`);
  }
  const [whole = '', places = ''] = digits.split('.');
  const exponent = Number(match[3] ?? 0) - places.length + 9;
  const scaled = BigInt(`${whole}${places}`) * 10n ** BigInt(Math.max(exponent, 0));
  const divisor = BigInt(match[4] ?? 1) * 10n ** BigInt(Math.max(-exponent, 0));
  if (scaled % divisor !== 0n) throw invalidArgument('value is too precise');
  const value = scaled / divisor;
  if (value >= 2n ** 63n) throw invalidArgument(`failed to parse ${raw} as a rational number: value out of range`);
  return Number(value) * (match[1] === '-' ? -1 : 1);
}
