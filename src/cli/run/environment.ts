import { invalidArgument } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { readUserFile } from '../user-file.ts';

/** Refuses a variable without a name. @returns it unchanged. */
export function checkEnvironment(variable: string): string {
  if (variable === '' || variable.startsWith('=')) throw invalidArgument(`invalid environment variable: ${variable}`);
  return variable;
}

/**
 * The environment of a container: files first, then single variables, which therefore win. A name alone takes the
 * user's own value; without one it is left out of files, and sent alone otherwise, which takes an image's value away.
 * @returns null where nothing was asked for, as docker sends it.
 */
export function readEnvironment(
  app: App,
  { files, variables }: { files: readonly string[]; variables: readonly string[] },
): string[] | null {
  const lookUp = (name: string) => {
    const value = app.env[name];
    return value === undefined ? undefined : `${name}=${value}`;
  };
  const fromFiles = files
    .flatMap((file) => readKeyValues(app, file))
    .flatMap((entry) => {
      if (entry.includes('=')) return [entry];
      const found = lookUp(entry);
      return found === undefined ? [] : [found];
    });
  const single = variables.map((variable) => (variable.includes('=') ? variable : (lookUp(variable) ?? variable)));
  const all = [...fromFiles, ...single];
  return all.length === 0 ? null : all;
}

/** The entries of an env or label file. @throws invalid-argument naming the file and what is wrong with it. */
export function readKeyValues(app: App, file: string): string[] {
  return keyValuesIn(readUserFile(app, file), file);
}

/**
 * The entries in the text of an env or label file: `KEY=value` or `KEY` a line, `#` starting a comment. Values are taken
 * as they stand, quotes and trailing blanks too.
 * @param file its name, for messages. @throws invalid-argument naming the file and the line.
 */
export function keyValuesIn(text: string, file: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  return lines.flatMap((raw) => {
    const line = raw.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) return [];
    const at = line.indexOf('=');
    const name = at === -1 ? line : line.slice(0, at);
    if (name === '') throw invalidArgument(`invalid env file (${file}): no variable name on line '${line}'`);
    if (/\s/.test(at === -1 ? name.trimEnd() : name)) {
      throw invalidArgument(`invalid env file (${file}): variable '${name}' contains whitespaces`);
    }
    return [at === -1 ? name.trimEnd() : line];
  });
}
