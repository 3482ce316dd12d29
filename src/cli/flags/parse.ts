import { HoldfastError, invalidArgument, messageOf } from '../../errors/index.ts';
import type { Flag, FlagSet, FlagValues } from './flag.ts';

/** What a command line came to. */
export interface ParsedLine<F extends FlagSet> {
  values: FlagValues<F>;
  /** Names of the flags that were given. */
  given: ReadonlySet<string>;
  /** The words that are not flags, in order. */
  args: string[];
  /** `--help` was given: nothing after it was read. */
  help: boolean;
  /** What to tell the user on stderr, such as a deprecated spelling. */
  notices: string[];
}

interface ParseOptions {
  /** Stop at the first word that is no flag, leaving the rest to the container's command. */
  stopAtFirstArgument?: boolean;
}

/**
 * Reads a command line by the grammar docker's users have in their fingers (pflag's): `--name value`, `--name=value`,
 * switches with `=false`, clusters of one-letter flags whose last may take a value (`-itd`, `-eA=b`, `-v=x`), `--`.
 * @throws invalid-argument in the words of docker's own messages.
 */
export function parseLine<F extends FlagSet>(
  flags: F,
  words: readonly string[],
  options: ParseOptions = {},
): ParsedLine<F> {
  const reader = new LineReader(flags, [...words]);
  reader.read(options.stopAtFirstArgument ?? false);
  return {
    values: reader.values as FlagValues<F>,
    given: reader.given,
    args: reader.args,
    help: reader.help,
    notices: reader.notices,
  };
}

class LineReader {
  readonly values: Record<string, unknown> = {};
  readonly given = new Set<string>();
  readonly args: string[] = [];
  readonly notices: string[] = [];
  help = false;
  readonly #flags: FlagSet;
  readonly #words: string[];
  readonly #byLetter = new Map<string, string>();

  constructor(flags: FlagSet, words: string[]) {
    this.#flags = flags;
    this.#words = words;
    for (const [name, flag] of Object.entries(flags)) {
      this.values[name] = flag.initial;
      if (flag.short !== undefined) this.#byLetter.set(flag.short, name);
    }
  }

  read(stopAtFirstArgument: boolean): void {
    for (let word = this.#words.shift(); word !== undefined && !this.help; word = this.#words.shift()) {
      if (word === '--') break;
      if (word.startsWith('--')) this.#long(word);
      else if (word.startsWith('-') && word !== '-') this.#cluster(word);
      else {
        this.args.push(word);
        if (stopAtFirstArgument) break;
      }
    }
    this.args.push(...this.#words);
  }

  #long(word: string): void {
    const body = word.slice(2);
    const at = body.indexOf('=');
    const name = at === -1 ? body : body.slice(0, at);
    if (name === '' || name.startsWith('-')) throw invalidArgument(`bad flag syntax: ${word}`);
    const flag = this.#flags[name];
    if (flag === undefined) {
      if (name === 'help') this.help = at === -1 || body.slice(at + 1) !== 'false';
      else throw invalidArgument(`unknown flag: --${name}`);
      return;
    }
    const value = at === -1 ? flag.bare : body.slice(at + 1);
    this.#set(name, flag, value ?? this.#next(`flag needs an argument: --${name}`));
  }

  #cluster(word: string): void {
    for (let rest = word.slice(1); rest !== '' && !this.help; ) {
      const letter = rest[0] ?? '';
      const name = this.#byLetter.get(letter);
      if (name === undefined) {
        this.#unknownLetter(letter, word);
        return;
      }
      const flag = this.#flags[name] as Flag<unknown>;
      const after = rest.slice(1);
      if (after.startsWith('=') && after.length > 1) {
        this.#set(name, flag, after.slice(1));
        return;
      }
      if (flag.bare !== undefined) {
        this.#set(name, flag, flag.bare);
        rest = after;
      } else {
        this.#set(name, flag, after === '' ? this.#next(`flag needs an argument: '${letter}' in ${word}`) : after);
        return;
      }
    }
  }

  #unknownLetter(letter: string, word: string): void {
    if (letter !== 'h') throw invalidArgument(`unknown shorthand flag: '${letter}' in ${word}`);
    this.notices.push('Flag shorthand -h has been deprecated, use --help');
    this.help = true;
  }

  #next(complaint: string): string {
    const word = this.#words.shift();
    if (word === undefined) throw invalidArgument(complaint);
    return word;
  }

  #set(name: string, flag: Flag<unknown>, raw: string): void {
    const target = flag.replacedBy ?? name;
    if (flag.replacedBy !== undefined) {
      this.notices.push(`Flag --${name} has been deprecated, use --${flag.replacedBy} instead`);
    }
    try {
      this.values[target] = flag.parse(raw, this.values[target]);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      const spelling = flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;
      throw invalidArgument(`invalid argument ${JSON.stringify(raw)} for "${spelling}" flag: ${messageOf(error)}`);
    }
    this.given.add(target);
  }
}
