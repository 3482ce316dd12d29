import { invalidArgument } from '../errors/index.ts';

/**
 * Makes a matcher of a shell pattern as the `reference` filter takes them: `*` and `?` stop at a slash, `[a-c]` and
 * `[^x]` are classes, a backslash takes the next character as it is (Go's path.Match).
 * @throws invalid-argument `syntax error in pattern`.
 */
export function patternMatcher(pattern: string): (text: string) => boolean {
  const expression = new RegExp(`^${translate(pattern)}$`, 's');
  return (text) => expression.test(text);
}

function translate(pattern: string): string {
  let result = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '*') {
      // Two stars in a row are one, and would only make matching slow.
      if (!result.endsWith('[^/]*')) result += '[^/]*';
    } else if (char === '?') result += '[^/]';
    else if (char === '[') {
      const { source, end } = characterClass(pattern, at);
      result += source;
      at = end;
    } else if (char === '\\') {
      at += 1;
      if (at >= pattern.length) throw invalidArgument('syntax error in pattern');
      result += literal(pattern.charAt(at));
    } else result += literal(char);
  }
  return result;
}

function characterClass(pattern: string, start: number): { source: string; end: number } {
  const match = /^\[(\^?)((?:\\.|[^\]\\])+)\]/s.exec(pattern.slice(start));
  const [whole = '', negated = '', members = ''] = match ?? [];
  const escaped = members.replace(
    /\\(.)|([[\]^&~])/gs,
    (_, after: string | undefined, special: string) => `\\${after ?? special}`,
  );
  try {
    if (whole === '') throw new SyntaxError('an empty class');
    const source = `(?!/)[${negated}${escaped}]`;
    new RegExp(source, 's');
    return { source, end: start + whole.length - 1 };
  } catch (error) {
    throw invalidArgument('syntax error in pattern', error);
  }
}

const literal = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
