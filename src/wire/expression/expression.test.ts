import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearMatcher } from './matcher.ts';
import { textMatcher } from './text-matcher.ts';

describe('an expression', () => {
  it.each([
    ['web', 'my-web-1', true],
    ['^web$', 'my-web', false],
    ['^/?web$', '/web', true],
    ['^(db|web)[0-9]{1,2}$', 'web12', true],
    ['^(db|web)[0-9]{1,2}$', 'web123', false],
    ['^[a-f0-9]{64}$', 'a'.repeat(64), true],
    ['^[a-f0-9]{64}$', 'a'.repeat(63), false],
    ['a{2,}b', 'aaab', true],
    ['a{,2}', 'a{,2}', true],
    ['(?i)WEB', 'my-Web', true],
    ['(?i)[^a]', 'A', false],
    ['a(?i:b)c', 'aBc', true],
    ['a(?i:b)c', 'aBC', false],
    ['(?P<name>a)b', 'ab', true],
    ['(?s)^a.b$', 'a\nb', true],
    ['^a.b$', 'a\nb', false],
    ['(?m)^b$', 'a\nb', true],
    ['\\bdata\\b', 'my data', true],
    ['\\Bdata', 'my data', false],
    ['\\Aa\\z', 'a', true],
    ['[[:digit:]_]+$', 'v_12', true],
    ['[]a]', ']', true],
    ['[^\\d-]$', 'a-', false],
    ['\\.', 'a.b', true],
    ['', 'anything', true],
    ['(|a)b', 'b', true],
  ])('%s finds in %s: %s', (source, text, found) => {
    expect(linearMatcher(source)(text)).toBe(found);
  });

  it.each(['(', ')', '[a', '[b-a]', '*a', 'a**', '(?=a)', '(a)\\1', 'a{1001}', 'a{2,1}', '\\y', '\\', '(?<', '(?'])(
    'refuses %s, as Go does',
    (source) => {
      expect(() => linearMatcher(source)).toThrow(/^error parsing regexp: /);
      expect(textMatcher([source, 'b'])('abc')).toBe(true);
      expect(textMatcher([source])('abc')).toBe(false);
      expect(textMatcher([source])(source)).toBe(true);
    },
  );

  it('takes no time that grows with how often it repeats repetitions', () => {
    const text = `${'a'.repeat(200)}!`;
    for (const source of [
      '^(a+)+$',
      '^(a|a)*$',
      '^(a*)*$',
      '.*.*.*.*.*.*.*.*b',
      `${'a?'.repeat(60)}${'a'.repeat(60)}b`,
    ]) {
      expect(linearMatcher(source)(text)).toBe(false);
    }
  });

  it('refuses what would take all memory', () => {
    for (const source of ['((a{1000}){1000}){1000}', '(((){1000}){1000}){1000}', '('.repeat(5000)]) {
      expect(() => linearMatcher(source)).toThrow(/^error parsing regexp: /);
    }
  });

  it('finds what JavaScript finds', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '^', '$', '\\b', '');
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        atom,
        fc.tuple(tie('expression'), tie('expression')).map(([one, other]) => `${one}${other}`),
        fc.tuple(tie('expression'), tie('expression')).map(([one, other]) => `(${one}|${other})`),
        fc
          .tuple(tie('expression'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?'))
          .map(([one, more]) => `(?:${one})${more}`),
      ),
    }));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', '\n'), maxLength: 8 });
    fc.assert(
      fc.property(expression, text, (source, input) => {
        expect(linearMatcher(source)(input)).toBe(new RegExp(source).test(input));
      }),
      { numRuns: 2000 },
    );
  });
});
