import { HoldfastError, invalidArgument, isKind, messageOf } from '../errors/index.ts';
import { type App, warn } from './app.ts';
import { indentJson, parseJsonExactly } from './format/indent-json.ts';
import { compileTemplate, type Template } from './template/index.ts';

/** Help for --format of inspect commands. */
export const INSPECT_FORMAT_HELP =
  "Show what a Go template makes of it, or 'json' for JSON on one line; '{{.State.Status}}' shows one field";

/** Docker's exit code for a template that cannot be read. */
const BAD_TEMPLATE = 64;

/** Reads --format of an inspect command; none for the indented default. */
type InspectFormat = { kind: 'indented' } | { kind: 'json' } | { kind: 'template'; template: Template };

/**
 * Shows objects as the server's JSON has them. `fetch` answers that JSON as text. Objects that cannot be had are
 * reported after the others were shown.
 * @returns the exit code: 1 where any failed.
 */
export async function showObjects(
  app: App,
  { names, format }: { names: readonly string[]; format: string },
  fetch: (name: string) => Promise<string>,
): Promise<number> {
  let inspectFormat: InspectFormat;
  try {
    inspectFormat = readFormat(format);
  } catch (error) {
    warn(app, messageOf(error));
    return BAD_TEMPLATE;
  }
  const found: string[] = [];
  const failures: string[] = [];
  for (const name of names) {
    try {
      found.push((await fetch(name)).trim());
    } catch (error) {
      if (!(error instanceof HoldfastError) || isKind(error, 'unavailable')) throw error;
      failures.push(error.message);
    }
  }
  const wrong = show(app, found, inspectFormat);
  if (wrong !== undefined) failures.unshift(wrong);
  for (const failure of failures) warn(app, failure);
  return failures.length === 0 ? 0 : 1;
}

function readFormat(format: string): InspectFormat {
  if (format === '') return { kind: 'indented' };
  if (format === 'json') return { kind: 'json' };
  try {
    return { kind: 'template', template: compileTemplate(format) };
  } catch (error) {
    throw invalidArgument(`template parsing error: ${messageOf(error)}`, error);
  }
}

function show(app: App, found: readonly string[], format: InspectFormat): string | undefined {
  if (format.kind === 'indented') app.stdout.write(`${indentJson(`[${found.join(',')}]`)}\n`);
  else if (format.kind === 'json') app.stdout.write(`[${found.join(',')}]\n`);
  else return showTemplated(app, found, format.template);
  return undefined;
}

/** Objects before the one that does not fit the template are shown. @returns what went wrong. */
function showTemplated(app: App, found: readonly string[], template: Template): string | undefined {
  for (const json of found) {
    try {
      app.stdout.write(`${template.execute(parseJsonExactly(json))}\n`);
    } catch (error) {
      app.stdout.write('\n');
      return `template parsing error: ${messageOf(error)}`;
    }
  }
  if (found.length === 0) app.stdout.write('\n');
  return undefined;
}
