import { invalidArgument } from '../../errors/index.ts';

/** Finds the value of a variable; '' for one that is not set. */
export type Variables = (name: string) => string;

/** Splits at blanks that are not quoted or escaped. Quotes and escapes stay for `expand`. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\' && quote !== "'" && at + 1 < text.length) {
      word += char + text.charAt(at + 1);
      at += 1;
    } else if (quote === '' && /\s/.test(char)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (char === quote) quote = '';
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      word += char;
    }
  }
  if (word !== '') words.push(word);
  return words;
}

/**
 * Takes quotes and escapes off a word and puts values in for `$x`, `${x}`, `${x:-default}` and `${x:+alternative}`: the
 * rules of Dockerfiles (Dockerfile reference, "Environment replacement").
 * @throws invalid-argument for quotes or braces that never end, and modifiers there are not.
 */
export function expand(word: string, variables: Variables): string {
  return new Expansion(word, variables).until('');
}

class Expansion {
  readonly #text: string;
  readonly #variables: Variables;
  #at = 0;

  constructor(text: string, variables: Variables) {
    this.#text = text;
    this.#variables = variables;
  }

  /** Up to `stop`, which is passed over; '' for the end of the text. */
  until(stop: string): string {
    let result = '';
    while (this.#at < this.#text.length) {
      const char = this.#take();
      if (char === stop && stop !== '') return result;
      if (char === "'" && stop !== '"') result += this.#literal();
      else if (char === '"' && stop !== '"') result += this.until('"');
      else if (char === '\\') result += this.#escaped(stop);
      else if (char === '$') result += this.#variable();
      else result += char;
    }
    if (stop !== '') throw invalidArgument(`unexpected end of statement while looking for matching ${stop}`);
    return result;
  }

  #take(): string {
    const char = this.#text.charAt(this.#at);
    this.#at += 1;
    return char;
  }

  #literal(): string {
    const end = this.#text.indexOf("'", this.#at);
    if (end === -1) throw invalidArgument('unexpected end of statement while looking for matching single-quote');
    const literal = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return literal;
  }

  /** Between double quotes a backslash is one, unless it stands before what it can protect there. */
  #escaped(stop: string): string {
    if (this.#at >= this.#text.length) return '\\';
    const char = this.#take();
    return stop === '"' && !'"$\\'.includes(char) ? `\\${char}` : char;
  }

  #variable(): string {
    const rest = this.#text.slice(this.#at);
    const plain = /^([A-Za-z_][A-Za-z0-9_]*|[0-9@*#])/.exec(rest)?.[1];
    if (plain !== undefined) {
      this.#at += plain.length;
      return this.#variables(plain);
    }
    const braced = /^\{([A-Za-z_][A-Za-z0-9_]*|[0-9@*#])/.exec(rest)?.[1];
    if (braced === undefined) {
      if (rest.startsWith('{')) throw invalidArgument('syntax error: bad substitution');
      return '$';
    }
    this.#at += braced.length + 1;
    return this.#modified(this.#variables(braced));
  }

  #modified(value: string): string {
    const modifier = /^(?:\}|:?[-+])/.exec(this.#text.slice(this.#at))?.[0];
    if (modifier === undefined) throw invalidArgument('syntax error: unsupported modifier in substitution');
    this.#at += modifier.length;
    if (modifier === '}') return value;
    const word = this.until('}');
    if (modifier.endsWith('-')) return value === '' ? word : value;
    return value === '' ? '' : word;
  }
}
