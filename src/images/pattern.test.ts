import { expect, test } from 'vitest';
import { patternMatcher } from './pattern.ts';

test.each<[pattern: string, text: string, expected: boolean]>([
  ['', '', true],
  ['', 'a', false],
  ['abc', 'abc', true],
  ['*', 'abc', true],
  ['*', 'a/b', false],
  ['*c', 'abc', true],
  ['a*', 'a', true],
  ['a*/b', 'abc/b', true],
  ['a*/b', 'a/c/b', false],
  ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
  ['a*b*c*d*e*/f', 'axbxcxdxexxx/fff', false],
  ['a*b?c*x', 'abxbbxdbxebxczzx', true],
  ['a*b?c*x', 'abxbbxdbxebxczzy', false],
  ['a?b', 'a/b', false],
  ['a?b', 'a☺b', true],
  ['ab[c]', 'abc', true],
  ['ab[b-d]', 'abc', true],
  ['ab[e-g]', 'abc', false],
  ['ab[^c]', 'abc', false],
  ['ab[^e-g]', 'abc', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['[\\]a]', ']', true],
  ['[x\\-]', '-', true],
  ['*x', 'xxx', true],
])('%j on %j: %j', (pattern, text, expected) => {
  expect(patternMatcher(pattern)(text)).toBe(expected);
});

test.each(['[', '[]a]', '[-]', '[x-]', '[-x]', '[a-b-c]', 'a[', '\\', '[^]', '[^bc'])('%j is no pattern', (pattern) => {
  expect(() => patternMatcher(pattern)).toThrow('syntax error in pattern');
});

test('many stars are matched as quickly as few', () => {
  expect(patternMatcher(`${'*a'.repeat(2000)}*b`)('a'.repeat(4000))).toBe(false);
});
