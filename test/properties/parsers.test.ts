import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandLineParsers } from './command-line-parsers.ts';
import { engineParsers } from './engine-parsers.ts';
import { hostileText, runs, tried } from './hostile.ts';

const parsers = [...commandLineParsers, ...engineParsers];

describe('whatever the text', () => {
  test.each(parsers)('$name: a result or a refusal, and nothing else', ({ words, parse }) => {
    fc.assert(
      fc.property(hostileText(words), (text) => {
        const outcome = tried(() => parse(text));
        if ('value' in outcome) expectPresentable(outcome.value);
      }),
      { numRuns: runs },
    );
  });
});

describe('whatever the length', () => {
  test.each(parsers)('$name', ({ words, parse }) => {
    for (const word of [...words, 'a', ' ', '(', '{', '[', '"', '{{(', '9']) tried(() => parse(word.repeat(20_000)));
    tried(() => parse(`${words.join('')}${'-'.repeat(20_000)}!`));
  });
});

/** Numbers that the wire's 64 bits cannot take must have been refused. */
function expectPresentable(value: unknown): void {
  if (typeof value === 'number') expect(Math.abs(value)).toBeLessThanOrEqual(2 ** 63);
  else if (Array.isArray(value)) value.forEach(expectPresentable);
  else if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    Object.values(value).forEach(expectPresentable);
}
