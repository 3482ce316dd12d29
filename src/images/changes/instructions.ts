import { invalidArgument } from '../../errors/index.ts';

/** One line of a Dockerfile: its instruction in upper case and what follows it. */
export interface Instruction {
  name: string;
  rest: string;
}

const allowed = [
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'ONBUILD',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const;

/**
 * Reads the instructions that may change an image on commit and import. Lines go on after a backslash; comments and
 * empty lines are passed over.
 * @throws invalid-argument `x is not a valid change command`.
 */
export function parseInstructions(changes: readonly string[]): Instruction[] {
  const lines = changes
    .join('\n')
    .replace(/\\[ \t]*\n/g, '')
    .split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseInstruction);
}

function parseInstruction(line: string): Instruction {
  const word = line.split(/\s/, 1)[0] ?? '';
  const name = word.toUpperCase();
  if (!allowed.some((known) => known === name))
    throw invalidArgument(`${word.toLowerCase()} is not a valid change command`);
  const rest = line.slice(word.length).trim();
  if (rest === '' && name !== 'CMD' && name !== 'ENTRYPOINT')
    throw invalidArgument(`${name} requires at least one argument`);
  return { name, rest };
}

/** The words of a JSON list of strings; undefined where it is none. */
export function jsonWords(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    // Not JSON: then it is a command line that happens to begin with a bracket, as in a shell test.
    return undefined;
  }
}
