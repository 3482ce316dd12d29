import { describe, expect, it } from 'vitest';
import { IgnorePatterns } from './ignore-patterns.ts';

const leftOut = (text: string, paths: readonly string[]) => {
  const patterns = IgnorePatterns.parse(text);
  return paths.filter((path) => patterns.matches(path));
};

describe('IgnorePatterns', () => {
  it.each([
    ['*', ['a', 'b/c'], ['a', 'b/c']],
    ['*.md', ['a.md', 'd/a.md', 'amd'], ['a.md']],
    ['**/*.md', ['a.md', 'd/a.md', 'd/e/a.md'], ['a.md', 'd/a.md', 'd/e/a.md']],
    ['d/**', ['d', 'd/a', 'd/e/f', 'e'], ['d/a', 'd/e/f']],
    ['/d/../e/./', ['e', 'e/f', 'd'], ['e', 'e/f']],
    ['?.[a-c]', ['x.a', 'x.d', 'xx.a'], ['x.a']],
    ['[^a]', ['a', 'b'], ['b']],
    ['a\\*', ['a*', 'ab'], ['a*']],
    ['a.b+c', ['a.b+c', 'aXbbc'], ['a.b+c']],
    ['# a\n\n  a  \n', ['a', '# a'], ['a']],
  ])('%j', (text, paths, expected) => {
    expect(leftOut(text, paths)).toEqual(expected);
  });

  it('go by the last that matches, also where that brings back', () => {
    expect(leftOut('*\n!keep\nkeep/not', ['a', 'keep', 'keep/this', 'keep/not'])).toEqual(['a', 'keep/not']);
    expect(leftOut('!a\na', ['a'])).toEqual(['a']);
  });

  it('refuse an exception from nothing', () => {
    expect(() => IgnorePatterns.parse('!')).toThrow('illegal exclusion pattern');
  });
});
