import { invalidArgument } from '../../errors/index.ts';
import { parseSize } from '../../wire/index.ts';
import { parseBoolean, parseDecimal, parseDuration, parseInteger } from './values.ts';

/** How one flag reads its values. `T` is what the command gets. */
export interface Flag<T> {
  help: string;
  /** One letter, for `-x`. */
  short?: string;
  /** The word for the value in help; none for switches. */
  placeholder?: string;
  /** The value where the flag is not given. */
  initial: T;
  /** Adds one occurrence to what came before. @throws HoldfastError that says what is wrong with `raw`. */
  parse(raw: string, previous: T): T;
  /** What the flag alone stands for (`--rm`); flags without it take the next argument. */
  bare?: string;
  /** Left out of help and completion. */
  hidden?: boolean;
  /** Another spelling that users should take instead. */
  replacedBy?: string;
  /** Words completion offers for the value. */
  choices?: readonly string[];
}

/** Flags by name. `parse` being a method, a flag of any value type fits; FlagValues keeps each one's own. */
export type FlagSet = Record<string, Flag<unknown>>;
export type FlagValues<F extends FlagSet> = { [K in keyof F]: F[K]['initial'] };

interface Common {
  short?: string;
  hidden?: boolean;
  replacedBy?: string;
  placeholder?: string;
  choices?: readonly string[];
}

/** A switch: `--rm`, `--rm=false`. */
export function toggle(help: string, options: Common & { initial?: boolean } = {}): Flag<boolean> {
  return { help, initial: false, bare: 'true', parse: parseBoolean, ...options };
}

/** One word; the last occurrence wins. */
export function text(help: string, options: Common & { initial?: string } = {}): Flag<string> {
  return { help, placeholder: 'string', initial: '', parse: (raw) => raw, ...options };
}

/** A whole number between `min` and `max`. */
export function integer(
  help: string,
  options: Common & { initial?: number; min?: number; max?: number } = {},
): Flag<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, ...rest } = options;
  return { help, placeholder: 'int', initial: 0, parse: (raw) => parseInteger(raw, { min, max }), ...rest };
}

/** Every occurrence, in order. `check` refuses or rewrites one as it is read, so that the message names the flag. */
export function list(
  help: string,
  options: Common & { check?: (raw: string) => string; unique?: boolean } = {},
): Flag<readonly string[]> {
  const { check = (raw: string) => raw, unique = false, ...rest } = options;
  const parse = (raw: string, previous: readonly string[]) => {
    const value = check(raw);
    return unique && previous.includes(value) ? previous : [...previous, value];
  };
  return { help, placeholder: 'list', initial: [], parse, ...rest };
}

/** Occurrences that may each hold several values, comma-separated. */
export function commaList(help: string, options: Common = {}): Flag<readonly string[]> {
  return {
    help,
    placeholder: 'strings',
    initial: [],
    parse: (raw, previous: readonly string[]) => [...previous, ...raw.split(',')],
    ...options,
  };
}

/** `key=value` occurrences; a key given twice keeps the last value. */
export function map(
  help: string,
  options: Common & { check?: (raw: string) => string } = {},
): Flag<ReadonlyMap<string, string>> {
  const { check = (raw: string) => raw, ...rest } = options;
  const parse = (raw: string, previous: ReadonlyMap<string, string>) => {
    const [key, value] = cut(check(raw));
    return new Map(previous).set(key, value);
  };
  return { help, placeholder: 'map', initial: new Map<string, string>(), parse, ...rest };
}

/** A size such as 64m, 1.5GiB: bytes, in powers of 1024. */
export function bytes(help: string, options: Common & { allowMinusOne?: boolean } = {}): Flag<number> {
  const { allowMinusOne = false, ...rest } = options;
  const parse = (raw: string) => (allowMinusOne && raw === '-1' ? -1 : parseSize(raw));
  return { help, placeholder: 'bytes', initial: 0, parse, ...rest };
}

/** A duration such as 1m30s: nanoseconds. */
export function duration(help: string, options: Common = {}): Flag<number> {
  return { help, placeholder: 'duration', initial: 0, parse: parseDuration, ...options };
}

/** A decimal number of CPUs: billionths, as the API has it (NanoCpus). */
export function decimal(help: string, options: Common = {}): Flag<number> {
  return { help, placeholder: 'decimal', initial: 0, parse: parseDecimal, ...options };
}

/** `key=value` filters: each key with its values. Keys are case-folded, as docker does. */
export function filters(help = 'Show only what matches', options: Common = {}): Flag<ReadonlyMap<string, string[]>> {
  const parse = (raw: string, previous: ReadonlyMap<string, string[]>) => {
    if (raw === '') return previous;
    if (!raw.includes('=')) throw invalidArgument('bad format of filter (expected name=value)');
    const [name, value] = cut(raw);
    const key = name.trim().toLowerCase();
    return new Map(previous).set(key, [...(previous.get(key) ?? []), value.trim()]);
  };
  return { help, placeholder: 'filter', initial: new Map<string, string[]>(), parse, ...options };
}

/** Splits at the first `=`; without one the value is ''. */
export function cut(raw: string): [string, string] {
  const at = raw.indexOf('=');
  return at === -1 ? [raw, ''] : [raw.slice(0, at), raw.slice(at + 1)];
}
