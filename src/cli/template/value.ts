import { invalidArgument } from '../../errors/index.ts';

/**
 * Something whose fields are computed when a template asks for them. A field that is a function is called with the
 * arguments that follow it (`.Label "x"`).
 */
export interface Fields {
  readonly typeName: string;
  /** The field's value; undefined where there is no such field. */
  fieldOf(name: string): unknown;
  toJSON(): unknown;
  /** Its JSON is made safe to put into HTML, as Go's encoder does for types that make their own. */
  readonly safeInHtml?: boolean;
}

/** Tells computed fields from plain data. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && 'fieldOf' in value && typeof value.fieldOf === 'function';
}

/** Plain data with named members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Go's idea of true: not zero, not empty. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isFields(value)) return true;
  if (isRecord(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** A value as Go prints it with %v. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
  if (isFields(value)) return show(value.toJSON());
  if (isRecord(value)) {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${key}:${show(value[key])}`).join(' ')}]`;
  }
  if (typeof value === 'number') return showNumber(value);
  return String(value);
}

/** Names of Docker's maps, and of its optional values that are no collections; any other null is an empty list. */
const MAPS = new Set(
  'Labels Options Volumes ExposedPorts PortBindings Tmpfs Sysctls StorageOpt Annotations DriverOpts Ports Networks Containers'.split(
    ' ',
  ),
);
const OPTIONAL = new Set(
  'Health Healthcheck Init MemorySwappiness OomKillDisable PidsLimit StopTimeout IPAMConfig UsageData Status'.split(
    ' ',
  ),
);

/** A null as Go prints it, whose types know what is missing; JSON only knows the field's name. */
export function showNull(field: string): string {
  if (field === '') return '<no value>';
  if (MAPS.has(field)) return 'map[]';
  return OPTIONAL.has(field) ? '<nil>' : '[]';
}

/** Go prints integers whole and large fractions with an exponent of two digits. */
function showNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString();
  return String(value).replace(/e([-+])(\d)$/, 'e$10$2');
}

/**
 * Follows `name` from plain data or computed fields.
 * @throws invalid-argument where there is no such field.
 */
export function memberOf(value: unknown, name: string): unknown {
  if (isFields(value)) {
    const found = value.fieldOf(name);
    if (found !== undefined) return found;
    throw invalidArgument(`can't evaluate field ${name} in type ${value.typeName}`);
  }
  if (isRecord(value)) {
    if (Object.hasOwn(value, name)) return value[name];
    const other = Object.keys(value).find((key) => isSameName(key, name));
    if (other !== undefined) return value[other];
    // Docker's types have these fields whether its JSON shows them or not.
    if (OPTIONAL.has(name)) return null;
    throw invalidArgument(`map has no entry for key ${JSON.stringify(name)}`);
  }
  if (value === null || value === undefined)
    throw invalidArgument(`nil data; no entry for key ${JSON.stringify(name)}`);
  throw invalidArgument(`can't evaluate field ${name} in type ${goTypeOf(value)}`);
}

/** Go writes initials in capitals (ID, APIVersion) where Docker's JSON may not (Id, ApiVersion). */
function isSameName(key: string, name: string): boolean {
  return key[0] === name[0] && key.toLowerCase() === name.toLowerCase();
}

/** The name Go has for the type of a value, for messages. */
export function goTypeOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int64';
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}
