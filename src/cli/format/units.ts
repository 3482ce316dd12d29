const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

/** Bytes in powers of 1000 with `digits` significant ones: 7.98MB (images and df take 3, sizes of containers 3 too). */
export function humanSize(size: number, digits = 4): string {
  return scaled(size, { base: 1000, units: DECIMAL, digits });
}

/** Bytes in powers of 1024: 1.914GiB (memory). */
export function bytesSize(size: number): string {
  return scaled(size, { base: 1024, units: BINARY, digits: 4 });
}

function scaled(size: number, { base, units, digits }: { base: number; units: string[]; digits: number }): string {
  let value = size;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit += 1;
  }
  return `${significant(value, digits)}${units[unit]}`;
}

/** A number as C's %.Ng writes it: N significant digits, no trailing zeros, an exponent where it does not fit. */
export function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
  if (exponent < -4 || exponent >= digits) {
    const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e');
    return `${trimZeros(mantissa)}e${power.replace(/^([-+])(\d)$/, '$10$2')}`;
  }
  return trimZeros(value.toFixed(Math.max(digits - 1 - exponent, 0)));
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
