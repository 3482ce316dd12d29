import type * as z from 'zod';

/*
 * Go's decoder finds the field of a JSON key whatever its case, and the last of several spellings wins. Zod knows exact
 * keys only, so a body is first rewritten to the spelling of its schema. Keys of maps (labels, options) are data and
 * stay as they are.
 */

type Definition = { type: string; innerType?: z.ZodType; in?: z.ZodType; element?: z.ZodType; valueType?: z.ZodType };
type Shape = Readonly<Record<string, z.ZodType>>;

const spellings = new WeakMap<Shape, ReadonlyMap<string, string>>();

/** Rewrites the keys of `value` to the spelling that `schema` uses, at every depth the schema describes. */
export function foldKeys(schema: z.ZodType, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const definition = schema.def as unknown as Definition;
  const inner = definition.innerType ?? definition.in;
  if (inner !== undefined) return foldKeys(inner, value);
  if (definition.element !== undefined) return foldItems(definition.element, value);
  if (definition.type === 'object') return foldObject((schema as z.ZodObject).shape, value);
  if (definition.type === 'record' && definition.valueType !== undefined)
    return foldValues(definition.valueType, value);
  return value;
}

function foldItems(item: z.ZodType, value: object): unknown {
  return Array.isArray(value) ? value.map((entry) => foldKeys(item, entry)) : value;
}

function foldObject(shape: Shape, value: object): unknown {
  if (Array.isArray(value)) return value;
  const names = spellingsOf(shape);
  const entries = Object.entries(value).flatMap(([key, entry]): Array<[string, unknown]> => {
    const name = Object.hasOwn(shape, key) ? key : names.get(key.toLowerCase());
    const schema = name === undefined ? undefined : shape[name];
    return name === undefined || schema === undefined ? [] : [[name, foldKeys(schema, entry)]];
  });
  return Object.fromEntries(entries);
}

function foldValues(item: z.ZodType, value: object): unknown {
  if (Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, foldKeys(item, entry)]));
}

function spellingsOf(shape: Shape): ReadonlyMap<string, string> {
  const known = spellings.get(shape);
  if (known !== undefined) return known;
  const made = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  spellings.set(shape, made);
  return made;
}
