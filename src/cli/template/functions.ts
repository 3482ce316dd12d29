import { invalidArgument } from '../../errors/index.ts';
import { sprintf } from './printf.ts';
import { goTypeOf, isFields, isRecord, isTrue, show } from './value.ts';

/** A function a template may call. */
export type TemplateFunction = (...args: unknown[]) => unknown;

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/** Go's built-in functions and those docker adds to them. `and` and `or` are the executor's: they stop early. */
export const FUNCTIONS: Record<string, TemplateFunction> = {
  json: (value) => toJson(value),
  join: (values, separator) => (Array.isArray(values) ? values : [values]).map(show).join(show(separator)),
  split: (value, separator) => show(value).split(show(separator)),
  lower: (value) => show(value).toLowerCase(),
  upper: (value) => show(value).toUpperCase(),
  title: (value) => show(value).replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase()),
  pad: (value, before, after) =>
    value === '' ? '' : ' '.repeat(count(before)) + show(value) + ' '.repeat(count(after)),
  truncate: (value, length) => [...show(value)].slice(0, count(length)).join(''),
  not: (value) => !isTrue(value),
  len: (value) => lengthOf(value),
  index: (value, ...keys) => keys.reduce(indexInto, value),
  slice: (value, ...bounds) => sliceOf(value, bounds.map(count)),
  print: (...values) =>
    values.reduce<string>((all, value, at) => all + gap(values[at - 1], value, at) + show(value), ''),
  println: (...values) => `${values.map(show).join(' ')}\n`,
  printf: (format, ...values) => sprintf(show(format), values),
  html: (...values) =>
    values
      .map(show)
      .join('')
      .replace(/[&<>"']/g, (character) => HTML[character] ?? character),
  urlquery: (...values) => encodeURIComponent(values.map(show).join('')).replaceAll('%20', '+'),
  eq: (first, ...others) => others.some((other) => compare(first, other) === 0),
  ne: (left, right) => compare(left, right) !== 0,
  lt: (left, right) => compare(left, right) < 0,
  le: (left, right) => compare(left, right) <= 0,
  gt: (left, right) => compare(left, right) > 0,
  ge: (left, right) => compare(left, right) >= 0,
};

/** Tells whether a template may call `name`. */
export function isFunctionName(name: string): boolean {
  return name === 'and' || name === 'or' || Object.hasOwn(FUNCTIONS, name);
}

/** JSON as docker's `json` prints it. Numbers too large for a double come in as bigint and go out whole. */
export function toJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (isFields(value)) return value.safeInHtml === true ? safeInHtml(toJson(value.toJSON())) : toJson(value.toJSON());
  if (isRecord(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${toJson(member)}`).join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

/** Escapes what could end a script or begin a tag. */
function safeInHtml(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** print puts a space between two values when neither is a string. */
function gap(before: unknown, value: unknown, at: number): string {
  return at > 0 && typeof before !== 'string' && typeof value !== 'string' ? ' ' : '';
}

function count(value: unknown): number {
  if (typeof value !== 'number' || value < 0) throw invalidArgument(`expected integer; found ${show(value)}`);
  return value;
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (isRecord(value)) return Object.keys(value).length;
  if (value === null || value === undefined) return 0;
  throw invalidArgument(`len of type ${goTypeOf(value)}`);
}

function indexInto(value: unknown, key: unknown): unknown {
  if (Array.isArray(value)) {
    if (typeof key !== 'number') throw invalidArgument(`cannot index slice/array with type ${goTypeOf(key)}`);
    const at = count(key);
    if (at >= value.length) throw invalidArgument(`index out of range: ${at}`);
    return value[at];
  }
  if (isRecord(value)) {
    const member = Object.hasOwn(value, show(key)) ? value[show(key)] : undefined;
    return member ?? zeroOf(value);
  }
  // Docker's maps are typed: a missing map answers its zero value too, "" for labels and options.
  if (value === null || value === undefined) return '';
  throw invalidArgument(`can't index item of type ${goTypeOf(value)}`);
}

/** What a missing key of a map stands for: "" where the map holds strings. */
function zeroOf(map: Record<string, unknown>): unknown {
  return Object.values(map).every((member) => typeof member === 'string') ? '' : undefined;
}

function sliceOf(value: unknown, [from = 0, to]: number[]): unknown {
  if (typeof value !== 'string' && !Array.isArray(value)) {
    throw invalidArgument(`can't slice item of type ${goTypeOf(value)}`);
  }
  const end = to ?? value.length;
  if (end > value.length || from > end) throw invalidArgument(`index out of range: ${Math.max(from, end)}`);
  return value.slice(from, end);
}

function compare(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') return left === right ? 0 : left < right ? -1 : 1;
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (isNumeric(left) && isNumeric(right)) return left === right ? 0 : left < right ? -1 : 1;
  if ((left ?? null) === null || (right ?? null) === null) return (left ?? null) === (right ?? null) ? 0 : 1;
  throw invalidArgument('incompatible types for comparison');
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}
