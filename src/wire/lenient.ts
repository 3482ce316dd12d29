import * as z from 'zod';

/*
 * Go clients send null, and older ones leave out, what they do not set; both mean Go's zero value. These builders make
 * a schema whose output is never null, so that no other code has to ask. Schemas are immutable and dear to make (a
 * program that loads this file waits for all of them), so equal ones are made once.
 */

const stringOrZero = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** A string; null and absent become "". */
export const text = () => stringOrZero;

const numberOrZero = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

/** A number; null and absent become 0. */
export const number = () => numberOrZero;

const booleanOrZero = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** A boolean; null and absent become false. */
export const flag = () => booleanOrZero;

/** A list; null and absent become []. */
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);

/** A list that keeps null apart from [], as Docker echoes it. */
export const nullableList = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? null);

/** A string-keyed map; null and absent become {}. */
export const map = <T extends z.ZodType>(item: T) =>
  z
    .record(z.string(), item)
    .nullish()
    .transform((value) => value ?? {});

/** A string-keyed map that keeps null apart from {}, as Docker echoes it (volume labels and options). */
export const nullableMap = <T extends z.ZodType>(item: T) =>
  z
    .record(z.string(), item)
    .nullish()
    .transform((value) => value ?? null);

/** A command line: a list, or one string (old clients), or null. */
export const command = () =>
  z
    .union([z.array(z.string()), z.string()])
    .nullish()
    .transform((value) => (typeof value === 'string' ? [value] : (value ?? null)));
