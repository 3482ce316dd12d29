import { invalidArgument } from '../errors/index.ts';

interface Pattern {
  excludes: boolean;
  expression: RegExp;
}

/**
 * The patterns of a .dockerignore file: what of a build's context is left out (Dockerfile reference, ".dockerignore
 * file"). The last pattern that matches a path, or a folder above it, decides; one with `!` brings back.
 */
export class IgnorePatterns {
  readonly #patterns: readonly Pattern[];

  private constructor(patterns: readonly Pattern[]) {
    this.#patterns = patterns;
  }

  /** @throws invalid-argument for a pattern that is none */
  static parse(text: string, more: readonly string[] = []): IgnorePatterns {
    const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
    const written = lines.filter((line) => !line.startsWith('#')).map((line) => line.trim());
    return new IgnorePatterns([...written, ...more].filter((line) => line !== '').map(toPattern));
  }

  /** Whether a path, relative to the context, is left out. */
  matches(path: string): boolean {
    const parts = path.split('/');
    const above = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
    let isOut = false;
    for (const { excludes, expression } of this.#patterns) {
      if (excludes !== isOut && above.some((folder) => expression.test(folder))) isOut = excludes;
    }
    return isOut;
  }

  /** Whether something may be brought back: then folders that are left out have to be looked into all the same. */
  get hasExceptions(): boolean {
    return this.#patterns.some(({ excludes }) => !excludes);
  }
}

function toPattern(line: string): Pattern {
  const excludes = !line.startsWith('!');
  const written = excludes ? line : line.slice(1).trim();
  if (written === '') throw invalidArgument('illegal exclusion pattern: "!"');
  return { excludes, expression: new RegExp(`^${source(clean(written))}$`, 's') };
}

/** As Go's filepath.Clean, without a leading slash: patterns are relative to the context. */
function clean(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

const token = /\*\*\/?|[*?]|\[(?<negated>\^?)(?<inside>(?:\\.|[^\]\\])+)\]|\\(?<escaped>.)|./gs;

/** `*` and `?` stay within a name, `**` goes over folders, `[a-z]` and `[^a-z]` are classes, a backslash takes all meaning. */
function source(pattern: string): string {
  return [...pattern.matchAll(token)].map(sourceOf).join('');
}

function sourceOf({ 0: text, groups = {} }: RegExpMatchArray): string {
  const { negated = '', inside, escaped = text } = groups;
  if (text === '**') return '.*';
  if (text === '**/') return '(?:.*/)?';
  if (text === '*') return '[^/]*';
  if (text === '?') return '[^/]';
  if (inside !== undefined) return `[${negated}${inside.replaceAll('[', '\\[')}]`;
  return escaped.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}
