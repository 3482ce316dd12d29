import { executeTemplate } from './execute.ts';
import type { TemplateFunction } from './functions.ts';
import { parseTemplate } from './parse.ts';

export { type TemplateFunction, toJson } from './functions.ts';
export type { Fields } from './value.ts';

/** A template that was read once and may be run many times. */
export interface Template {
  execute(data: unknown, functions?: Record<string, TemplateFunction>): string;
}

/**
 * Reads a template in Go's text/template language as far as docker's users use it: fields, pipelines, variables, if,
 * with, range, comments, trim markers, and the functions in functions.ts.
 * @throws invalid-argument in Go's words, without docker's `template parsing error: ` before it.
 */
export function compileTemplate(source: string): Template {
  const nodes = parseTemplate(source);
  return { execute: (data, functions) => executeTemplate(nodes, data, functions) };
}
