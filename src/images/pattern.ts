import { invalidArgument } from '../errors/index.ts';

/** Takes one character or not; a star takes any number of them, but no slash. */
type Part = '*' | ((char: string) => boolean);

/**
 * Makes a matcher of a shell pattern as the `reference` filter takes them: `*` and `?` stop at a slash, `[a-c]` and
 * `[^x]` are classes, a backslash takes the next character as it is (Go's path.Match). However many stars there are, its
 * time is bounded by the product of both lengths.
 * @throws invalid-argument `syntax error in pattern`.
 */
export function patternMatcher(pattern: string): (text: string) => boolean {
  const parts = new PatternParser(pattern).parts();
  return (text) => matches(parts, [...text]);
}

/**
 * Only the last star is ever tried with more: it may begin where an earlier one could have ended, and neither passes a
 * slash, so going back further finds nothing new.
 */
function matches(parts: readonly Part[], chars: readonly string[]): boolean {
  let part = 0;
  let at = 0;
  let star: { part: number; at: number } | undefined;
  while (at < chars.length || part < parts.length) {
    const wanted = parts[part];
    const char = chars[at];
    if (wanted === '*') {
      part += 1;
      star = { part, at };
    } else if (wanted !== undefined && char !== undefined && wanted(char)) {
      part += 1;
      at += 1;
    } else {
      if (star === undefined || (chars[star.at] ?? '/') === '/') return false;
      star.at += 1;
      ({ part, at } = star);
    }
  }
  return true;
}

const notSlash = (char: string): boolean => char !== '/';

class PatternParser {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#chars = [...pattern];
  }

  parts(): Part[] {
    const parts: Part[] = [];
    while (this.#at < this.#chars.length) parts.push(this.#part());
    return parts;
  }

  #part(): Part {
    const char = this.#next();
    if (char === '*') return '*';
    if (char === '?') return notSlash;
    if (char === '[') return this.#class();
    const wanted = char === '\\' ? this.#next() : char;
    return (found) => found === wanted;
  }

  #class(): Part {
    const isNegated = this.#chars[this.#at] === '^';
    if (isNegated) this.#at += 1;
    const ranges: Array<[first: string, last: string]> = [];
    while (ranges.length === 0 || this.#chars[this.#at] !== ']') ranges.push(this.#range());
    this.#at += 1;
    const isIn = (char: string) =>
      ranges.some(([first, last]) => compare(first, char) <= 0 && compare(char, last) <= 0);
    return (char) => notSlash(char) && isIn(char) !== isNegated;
  }

  #range(): [first: string, last: string] {
    const first = this.#member();
    if (this.#chars[this.#at] !== '-') return [first, first];
    this.#at += 1;
    return [first, this.#member()];
  }

  #member(): string {
    const char = this.#next();
    if (char === '-' || char === ']') throw syntaxError();
    return char === '\\' ? this.#next() : char;
  }

  #next(): string {
    const char = this.#chars[this.#at];
    if (char === undefined) throw syntaxError();
    this.#at += 1;
    return char;
  }
}

const compare = (a: string, b: string): number => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);

const syntaxError = () => invalidArgument('syntax error in pattern');
