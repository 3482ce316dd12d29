import { invalidArgument } from '../../errors/index.ts';
import { jsonWords, splitWords } from '../../images/index.ts';
import type { Line } from './lines.ts';

/** One instruction: `COPY --from=a b c` has the flag `from` and the rest `b c`. */
export interface Instruction {
  /** In upper case. */
  name: string;
  flags: ReadonlyMap<string, string>;
  /** What follows the flags. */
  rest: string;
  /** As it stands in the file, its lines joined. */
  text: string;
  line: number;
}

const atLeastOne = new Set(['ARG', 'ENV', 'EXPOSE', 'LABEL', 'ONBUILD', 'VOLUME']);
const exactlyOne = new Set(['MAINTAINER', 'STOPSIGNAL', 'USER', 'WORKDIR']);
const others = new Set(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'FROM', 'HEALTHCHECK', 'RUN', 'SHELL']);

/** Flags that no classic builder knows. Mounts are among them: they would show RUN more than the image. */
const foreign: Readonly<Record<string, readonly string[]>> = {
  RUN: ['device', 'mount', 'network', 'security'],
  COPY: ['exclude', 'link', 'parents'],
  ADD: ['checksum', 'exclude', 'keep-git-dir', 'link', 'unpack'],
};

/** Reads one instruction. @throws invalid-argument in the words of Docker's own parser, with the line's number. */
export function parseInstruction({ number: line, text }: Line): Instruction {
  const word = /^\S+/.exec(text)?.[0] ?? '';
  const instruction = { name: word.toUpperCase(), ...splitFlags(text.slice(word.length).trim()), text, line };
  const wrong = mistakeIn(instruction, word);
  if (wrong !== undefined) throw parseError(line, wrong);
  return instruction;
}

export const parseError = (line: number, what: string) =>
  invalidArgument(`dockerfile parse error line ${line}: ${what}`);

function splitFlags(text: string): { flags: Map<string, string>; rest: string } {
  const flags = new Map<string, string>();
  let rest = text;
  for (let match = flagAt(rest); match !== null; match = flagAt(rest)) {
    flags.set(match[1] ?? '', match[2] ?? '');
    rest = rest.slice(match[0].length).trimStart();
  }
  return { flags, rest };
}

const flagAt = (text: string): RegExpExecArray | null => /^--([a-z][a-z-]*)(?:=(\S*))?(?=\s|$)/.exec(text);

function mistakeIn({ name, flags, rest }: Instruction, word: string): string | undefined {
  if (!atLeastOne.has(name) && !exactlyOne.has(name) && !others.has(name)) return `unknown instruction: ${word}`;
  if (rest === '' && atLeastOne.has(name)) return `${name} requires at least one argument`;
  if (rest === '' && exactlyOne.has(name)) return `${name} requires exactly one argument`;
  const flag = foreign[name]?.find((one) => flags.has(one));
  if (flag !== undefined) return `the --${flag} option requires BuildKit, which this engine does not have`;
  const words = wordsOf(rest);
  if (name === 'FROM' && words.length !== 1 && !(words.length === 3 && words[1]?.toLowerCase() === 'as')) {
    return 'FROM requires either one or three arguments';
  }
  if ((name === 'COPY' || name === 'ADD') && words.length < 2) return `${name} requires at least two arguments`;
  // Semantics 16.1.
  if (name === 'VOLUME' && words.some((path) => path.trim() === ''))
    return 'VOLUME specified can not be an empty string';
  return undefined;
}

/** The words of an instruction, in its list form or its plain one. */
export function wordsOf(rest: string): string[] {
  return jsonWords(rest) ?? splitWords(rest);
}
