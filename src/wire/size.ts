import { invalidArgument } from '../errors/index.ts';

const PREFIXES = 'kmgtpezy';

/** The wire's numbers have 64 bits and a sign. */
const WIRE_LIMIT = 2 ** 63;

/**
 * Reads a size as `--memory`, tmpfs and quota options carry it: a number with an optional binary unit ("10m", "1.5GiB",
 * "512 kB", "100"); every unit is a power of 1024, whatever its spelling.
 * @returns bytes.
 * @throws invalid-argument `invalid size: 'x'`, also for one that 64 bits do not hold, or `invalid suffix: 'x'`.
 */
export function parseSize(raw: string): number {
  return parse(raw, 1024);
}

/** As {@link parseSize} with powers of 1000, as the sizes of logs are read. */
export function parseDecimalSize(raw: string): number {
  return parse(raw, 1000);
}

function parse(raw: string, base: number): number {
  const match = /^(\d+(?:\.\d*)?|\.\d+) ?([a-z]*)$/i.exec(raw);
  if (match === null) throw invalidArgument(`invalid size: '${raw}'`);
  const suffix = (match[2] ?? '').toLowerCase();
  const bytes = Math.trunc(Number(match[1]) * multiplier(suffix, base));
  if (bytes >= WIRE_LIMIT) throw invalidArgument(`invalid size: '${raw}'`);
  return bytes;
}

function multiplier(suffix: string, base: number): number {
  if (suffix === '' || suffix === 'b') return 1;
  const power = PREFIXES.indexOf(suffix.charAt(0)) + 1;
  if (power === 0 || !['', 'b', 'ib'].includes(suffix.slice(1))) throw invalidArgument(`invalid suffix: '${suffix}'`);
  return base ** power;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Writes bytes in powers of 1000 with up to four digits ("1.234MB"), as progress and reports show them. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${Number(value.toPrecision(4))}${UNITS[unit]}`;
}
