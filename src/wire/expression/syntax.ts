import { invalidArgument } from '../../errors/index.ts';

/** One step of an expression: a test of one character, or of the place between two. */
export type Node =
  | { kind: 'char'; fits(char: string): boolean }
  | { kind: 'place'; fits(text: readonly string[], at: number): boolean }
  | { kind: 'sequence' | 'choice'; parts: Node[] }
  | { kind: 'repeat'; part: Node; least: number; most: number };

/** The flags `(?ims)` of Go's expressions. */
interface Flags {
  ignoreCase: boolean;
  multiline: boolean;
  dotAll: boolean;
}

/** Go refuses to repeat anything more often, and so many repetitions of repetitions. */
const mostRepeats = 1000;
const deepest = 200;

const isWord = (char: string | undefined): boolean => char !== undefined && /^\w$/.test(char);
const atBoundary = (text: readonly string[], at: number): boolean => isWord(text[at - 1]) !== isWord(text[at]);

const classes: Record<string, RegExp> = {
  d: /^\d$/,
  D: /^\D$/,
  w: /^\w$/,
  W: /^\W$/,
  s: /^[\t\n\f\r ]$/,
  S: /^[^\t\n\f\r ]$/,
};
const named: Record<string, RegExp> = {
  alnum: /^[A-Za-z0-9]$/,
  alpha: /^[A-Za-z]$/,
  digit: /^\d$/,
  lower: /^[a-z]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t\n\v\f\r ]$/,
  upper: /^[A-Z]$/,
  word: /^\w$/,
  xdigit: /^[A-Fa-f0-9]$/,
};
const controls: Record<string, string> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Reads an expression of RE2, Go's kind, as far as names and ids need it. @throws invalid-argument for a malformed one */
export class ExpressionParser {
  readonly #source: string[];
  #at = 0;
  #depth = 0;
  #flags: Flags = { ignoreCase: false, multiline: false, dotAll: false };

  constructor(source: string) {
    this.#source = [...source];
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw malformed('unexpected )');
    return node;
  }

  #choice(): Node {
    const outer = this.#flags;
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    this.#flags = outer;
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#peek() !== undefined && this.#peek() !== '|' && this.#peek() !== ')') parts.push(this.#repeated());
    return { kind: 'sequence', parts };
  }

  #repeated(): Node {
    const part = this.#atom();
    const range = this.#range();
    if (range === undefined) return part;
    this.#take('?');
    if (this.#range() !== undefined) throw malformed('invalid nested repetition operator');
    return { kind: 'repeat', part, ...range };
  }

  #range(): { least: number; most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { least: 0, most: 1 };
    const found = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(this.#source.slice(this.#at, this.#at + 24).join(''));
    if (found === null) return undefined;
    const [whole, first, comma, last] = found;
    const least = Number(first);
    const most = comma === undefined ? least : last === '' ? Number.POSITIVE_INFINITY : Number(last);
    if (least > mostRepeats || (most > mostRepeats && last !== '') || most < least)
      throw malformed('invalid repeat count');
    this.#at += whole.length;
    return { least, most };
  }

  #atom(): Node {
    const char = this.#next();
    const { multiline, dotAll } = this.#flags;
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return this.#class();
      case '\\':
        return this.#escape();
      case '.':
        return { kind: 'char', fits: (each) => dotAll || each !== '\n' };
      case '^':
        return { kind: 'place', fits: (text, at) => at === 0 || (multiline && text[at - 1] === '\n') };
      case '$':
        return { kind: 'place', fits: (text, at) => at === text.length || (multiline && text[at] === '\n') };
      case '*':
      case '+':
      case '?':
        throw malformed('missing argument to repetition operator');
      default:
        return this.#literal(char);
    }
  }

  #literal(char: string): Node {
    return this.#char((each) => each === char);
  }

  #char(fits: (char: string) => boolean): Node {
    if (!this.#flags.ignoreCase) return { kind: 'char', fits };
    return { kind: 'char', fits: (each) => fits(each) || fits(each.toLowerCase()) || fits(each.toUpperCase()) };
  }

  #group(): Node {
    const head = this.#source.slice(this.#at, this.#at + 64).join('');
    const [opening = ''] = /^\?(?:P?<\w+>|[ims]*:|[ims]+\))/.exec(head) ?? [];
    if (opening === '' && this.#peek() === '?') throw malformed('invalid or unsupported Perl syntax');
    this.#at += opening.length;
    const outer = this.#flags;
    const letters = /^\?([ims]*)[:)]$/.exec(opening)?.[1] ?? '';
    this.#flags = {
      ignoreCase: outer.ignoreCase || letters.includes('i'),
      multiline: outer.multiline || letters.includes('m'),
      dotAll: outer.dotAll || letters.includes('s'),
    };
    if (opening.endsWith(')')) return { kind: 'sequence', parts: [] };
    this.#depth += 1;
    if (this.#depth > deepest) throw malformed('expression nests too deeply');
    const node = this.#choice();
    if (!this.#take(')')) throw malformed('missing closing )');
    this.#depth -= 1;
    this.#flags = outer;
    return node;
  }

  #escape(): Node {
    const char = this.#next();
    if (char === 'b' || char === 'B') {
      return { kind: 'place', fits: (text, at) => atBoundary(text, at) === (char === 'b') };
    }
    if (char === 'A') return { kind: 'place', fits: (_text, at) => at === 0 };
    if (char === 'z') return { kind: 'place', fits: (text, at) => at === text.length };
    return this.#char(escaped(char));
  }

  #class(): Node {
    const negated = this.#take('^');
    const tests: Array<(char: string) => boolean> = [];
    do tests.push(this.#member());
    while (!this.#take(']'));
    const { fits } = this.#char((char) => tests.some((test) => test(char))) as Extract<Node, { kind: 'char' }>;
    return { kind: 'char', fits: (char) => fits(char) !== negated };
  }

  #member(): (char: string) => boolean {
    const [whole = '', not, name = ''] =
      /^\[:(\^?)(\w+):\]/.exec(this.#source.slice(this.#at, this.#at + 16).join('')) ?? [];
    if (whole !== '') {
      const members = named[name];
      if (members === undefined) throw malformed(`invalid character class range ${whole}`);
      this.#at += whole.length;
      return (char) => members.test(char) === (not === '');
    }
    const first = this.#next();
    const single = first === '\\' ? this.#next() : first;
    if (first === '\\' && classes[single] !== undefined) return escaped(single);
    const low = first === '\\' ? plainEscape(single) : single;
    if (this.#peek() !== '-' || this.#source[this.#at + 1] === ']') return (char) => char === low;
    this.#at += 1;
    const end = this.#next();
    const high = end === '\\' ? plainEscape(this.#next()) : end;
    if (code(high) < code(low)) throw malformed('invalid character class range');
    return (char) => code(char) >= code(low) && code(char) <= code(high);
  }

  #peek(): string | undefined {
    return this.#source[this.#at];
  }

  #take(char: string): boolean {
    const found = this.#peek() === char;
    if (found) this.#at += 1;
    return found;
  }

  #next(): string {
    const char = this.#source[this.#at++];
    if (char === undefined) throw malformed('it ends too early');
    return char;
  }
}

const code = (char: string): number => char.codePointAt(0) ?? 0;

function escaped(char: string): (each: string) => boolean {
  const known = classes[char];
  if (known !== undefined) return (each) => known.test(each);
  const plain = plainEscape(char);
  return (each) => each === plain;
}

/** Letters and digits mean something, or nothing that is known; everything else means itself. */
function plainEscape(char: string): string {
  const control = controls[char];
  if (control !== undefined) return control;
  if (isWord(char) && char !== '_') throw malformed(`invalid escape sequence \\${char}`);
  return char;
}

const malformed = (reason: string) => invalidArgument(`error parsing regexp: ${reason}`);
