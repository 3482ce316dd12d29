import { isFunctionName } from './functions.ts';
import { syntaxError, type Token, tokenize } from './scan.ts';
import type { Command, Operand, Pipeline, Position } from './syntax.ts';

/** Reads the pipeline of an action, such as `$x := index .A 0 | json`. @throws invalid-argument in Go's words. */
export function parsePipeline(source: string, at: Position): Pipeline {
  const reader = new PipelineReader(tokenize(source, at), at);
  const pipeline = reader.pipeline();
  reader.expectEnd();
  return pipeline;
}

class PipelineReader {
  readonly #tokens: Token[];
  readonly #start: Position;
  #next = 0;

  constructor(tokens: Token[], start: Position) {
    this.#tokens = tokens;
    this.#start = start;
  }

  pipeline(): Pipeline {
    const { declares, assigns } = this.#declaration();
    const commands = [this.#command()];
    while (this.#takes('|')) commands.push(this.#command());
    return { declares, assigns, commands };
  }

  expectEnd(): void {
    const token = this.#tokens[this.#next];
    if (token !== undefined) throw syntaxError(token.at, `unexpected <${token.source}> in operand`);
  }

  /** `$x :=`, `$x =` and `$k, $v :=` in front of a pipeline. */
  #declaration(): { declares: string[]; assigns: boolean } {
    const names = [this.#variableAt(this.#next)];
    let after = this.#next + 1;
    if (this.#tokens[after]?.source === ',') {
      names.push(this.#variableAt(after + 1));
      after += 2;
    }
    const sign = this.#tokens[after]?.source;
    const declares = names.flatMap((name) => (name === undefined ? [] : [name]));
    if ((sign !== ':=' && sign !== '=') || declares.length < names.length) return { declares: [], assigns: false };
    this.#next = after + 1;
    return { declares, assigns: sign === '=' };
  }

  #variableAt(index: number): string | undefined {
    const token = this.#tokens[index];
    return token?.kind === 'variable' ? token.source.slice(1) : undefined;
  }

  #command(): Command {
    const words: Operand[] = [];
    for (let word = this.#operand(); word !== undefined; word = this.#operand()) words.push(word);
    if (words.length === 0) throw syntaxError(this.#tokens[this.#next]?.at ?? this.#start, 'missing value for command');
    return { words };
  }

  #operand(): Operand | undefined {
    const token = this.#tokens[this.#next];
    if (token === undefined || (token.kind === 'sign' && token.source !== '(')) return undefined;
    this.#next += 1;
    const { at, source } = token;
    if (token.kind === 'sign') return this.#group(token);
    if (token.kind === 'string') return { type: 'literal', value: unquote(token), at, source };
    if (token.kind === 'number') return { type: 'literal', value: Number(source), at, source };
    if (token.kind === 'name') return nameOperand(token);
    if (token.kind === 'variable') {
      const names = this.#fields();
      return {
        type: 'variable',
        name: source.slice(1),
        names,
        at: lastField(at, source + dotted(names)),
        source: source + dotted(names),
      };
    }
    if (source === '.') return { type: 'field', names: [], at, source };
    const names = [source.slice(1), ...this.#fields()];
    return { type: 'field', names, at: lastField(at, dotted(names)), source: dotted(names) };
  }

  #group(open: Token): Operand {
    const pipeline = this.pipeline();
    if (!this.#takes(')')) throw syntaxError(open.at, 'unclosed left paren');
    const names = this.#fields();
    return { type: 'group', pipeline, names, at: open.at, source: `(…)${dotted(names)}` };
  }

  /** The `.B.C` that hangs on what was just read. */
  #fields(): string[] {
    const names: string[] = [];
    for (let token = this.#tokens[this.#next]; token?.kind === 'field'; token = this.#tokens[this.#next]) {
      if (token.spaced || token.source === '.') break;
      names.push(token.source.slice(1));
      this.#next += 1;
    }
    return names;
  }

  #takes(sign: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'sign' || token.source !== sign) return false;
    this.#next += 1;
    return true;
  }
}

/** Go's messages point at the last field of a chain. */
function lastField(at: Position, source: string): Position {
  return { line: at.line, column: at.column + Math.max(source.lastIndexOf('.'), 0) };
}

const CONSTANTS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['nil', null],
]);

function nameOperand({ source, at }: Token): Operand {
  if (CONSTANTS.has(source)) return { type: 'literal', value: CONSTANTS.get(source), at, source };
  if (!isFunctionName(source)) throw syntaxError(at, `function "${source}" not defined`);
  return { type: 'function', name: source, at, source };
}

function dotted(names: string[]): string {
  return names.map((name) => `.${name}`).join('');
}

/** The value of a quoted word: Go's escapes in "…", none in `…`, a character's number for '…'. */
function unquote({ source, at }: Token): unknown {
  if (source.startsWith('`')) return source.slice(1, -1);
  const inner = source
    .slice(1, -1)
    .replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|.)/gs, (_, sequence) => unescaped(sequence, at));
  return source.startsWith("'") ? inner.codePointAt(0) : inner;
}

const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

function unescaped(sequence: string, at: Position): string {
  if (/^[xuU]./.test(sequence)) return String.fromCodePoint(Number.parseInt(sequence.slice(1), 16));
  if (/^[0-7]{3}$/.test(sequence)) return String.fromCharCode(Number.parseInt(sequence, 8));
  const character = ESCAPES[sequence];
  if (character === undefined) throw syntaxError(at, 'invalid syntax');
  return character;
}
