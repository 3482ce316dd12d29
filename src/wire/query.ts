import { invalidArgument } from '../errors/index.ts';

const FALSE_WORDS = new Set(['', '0', 'no', 'false', 'none']);

/** Docker's rule for booleans in a query: "", 0, no, false, none (in any case) are false, all else is true. */
export const parseFlag = (raw: string): boolean => !FALSE_WORDS.has(raw.trim().toLowerCase());

/** As parseFlag, with an answer of its own for a parameter that is absent. */
export const parseFlagOr = (raw: string | null, absent: boolean): boolean => (raw === null ? absent : parseFlag(raw));

/** Reads a whole number. @throws invalid-argument with Go's words, naming what was given. */
export function parseInteger(raw: string): number {
  if (!/^[+-]?\d{1,15}$/.test(raw))
    throw invalidArgument(`strconv.ParseInt: parsing ${JSON.stringify(raw)}: invalid syntax`);
  return Number(raw);
}
