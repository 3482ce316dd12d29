import { expect, it } from 'vitest';
import { parseAge } from './age.ts';

it.each([
  ['30d', 2_592_000_000],
  ['2w', 1_209_600_000],
  ['90m', 5_400_000],
  ['0', 0],
])('reads %s', (raw, milliseconds) => {
  expect(parseAge(raw)).toBe(milliseconds);
});

it.each(['', '30', 'd', '1y', '30dd', '1d12h'])('refuses %j', (raw) => {
  expect(() => parseAge(raw)).toThrow('time: invalid duration');
});
