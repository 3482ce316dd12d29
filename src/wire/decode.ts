import type * as z from 'zod';
import { invalidArgument } from '../errors/index.ts';
import { foldKeys } from './fold-keys.ts';

/**
 * Decodes a JSON body as Go does: keys in any case, unknown keys ignored, null and absent as the zero value.
 * @param value what JSON.parse gave; null and undefined are an empty body.
 * @throws invalid-argument `invalid JSON: …` naming the field that has the wrong type.
 */
export function decodeBody<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(foldKeys(schema, value ?? {}));
  if (result.success) return result.data;
  throw invalidArgument(`invalid JSON: ${describe(result.error.issues[0], value)}`);
}

function describe(issue: z.core.$ZodIssue | undefined, value: unknown): string {
  const path = issue?.path.map(String) ?? [];
  if (path.length === 0) return `cannot use ${kindOf(value)} as the request body`;
  const wanted = issue !== undefined && 'expected' in issue ? ` as ${String(issue.expected)}` : '';
  return `cannot use ${kindOf(issue?.input ?? valueAt(value, path))}${wanted} in field ${path.join('.')}`;
}

/** What the client sent at `path`, by the keys as it spelt them. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((current, part) => {
    if (current === null || typeof current !== 'object') return undefined;
    const key = Object.keys(current).find((name) => name.toLowerCase() === part.toLowerCase());
    return key === undefined ? undefined : (current as Record<string, unknown>)[key];
  }, value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
