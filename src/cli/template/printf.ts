import { isRecord, show } from './value.ts';

const DIRECTIVE = /%([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** Go's fmt.Sprintf for the verbs templates use: v s d q t x X o b c f e g U and %%, with width and precision. */
export function sprintf(format: string, values: readonly unknown[]): string {
  let next = 0;
  const printed = format.replace(DIRECTIVE, (directive) => {
    const [, flags = '', width = '', precision, verb = ''] = new RegExp(DIRECTIVE, '').exec(directive) ?? [];
    if (verb === '%') return '%';
    if (next >= values.length) return `%!${verb}(MISSING)`;
    const value = values[next++];
    return padded(verbOf(verb, value, { flags, precision }), { flags, width: Number(width) });
  });
  const extra = values.slice(next).map((value) => `${typeName(value)}=${show(value)}`);
  return extra.length === 0 ? printed : `${printed}%!(EXTRA ${extra.join(', ')})`;
}

interface Shape {
  flags: string;
  precision: string | undefined;
}

function verbOf(verb: string, value: unknown, { flags, precision }: Shape): string {
  const sign = flags.includes('+') && Number(value) >= 0 ? '+' : '';
  if (verb === 'v' || verb === 's')
    return precision === undefined ? show(value) : show(value).slice(0, Number(precision));
  if (verb === 'q') return JSON.stringify(show(value));
  if (verb === 't' && typeof value === 'boolean') return String(value);
  if (verb === 'x' && typeof value === 'string') return Buffer.from(value).toString('hex');
  if (typeof value === 'number' || typeof value === 'bigint') {
    const number = numberVerb(verb, value, precision);
    if (number !== undefined) return sign + number;
  }
  return `%!${verb}(${typeName(value)}=${show(value)})`;
}

function numberVerb(verb: string, value: number | bigint, precision: string | undefined): string | undefined {
  const places = precision === undefined ? 6 : Number(precision);
  if (verb === 'f' || verb === 'F') return Number(value).toFixed(places);
  if (verb === 'e')
    return Number(value)
      .toExponential(places)
      .replace(/e([-+])(\d)$/, 'e$10$2');
  if (verb === 'g') return show(precision === undefined ? Number(value) : Number(Number(value).toPrecision(places)));
  if (!Number.isInteger(Number(value))) return undefined;
  if (verb === 'd') return show(value);
  if (verb === 'x') return value.toString(16);
  if (verb === 'X') return value.toString(16).toUpperCase();
  if (verb === 'o') return value.toString(8);
  if (verb === 'b') return value.toString(2);
  if (verb === 'c') return String.fromCodePoint(Number(value));
  return undefined;
}

function padded(text: string, { flags, width }: { flags: string; width: number }): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || !/^[-+]?[\d.]+$/.test(text)) return text.padStart(width);
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return isRecord(value) || Array.isArray(value) ? typeof value : 'string';
}
