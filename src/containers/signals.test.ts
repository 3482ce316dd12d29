import { describe, expect, it } from 'vitest';
import { signalNumber } from './signals.ts';

describe('signalNumber', () => {
  it.each([
    ['SIGTERM', 15],
    ['term', 15],
    ['9', 9],
    ['HUP', 1],
    ['SIGRTMIN+3', 37],
    ['RTMAX-1', 63],
  ])('%s is %i', (signal, number) => {
    expect(signalNumber(signal)).toBe(number);
  });

  it.each(['', 'NOPE', '0', '65', '-1', 'SIG', 'RTMIN+99'])('%j is refused', (signal) => {
    expect(() => signalNumber(signal)).toThrow(`Invalid signal: ${signal}`);
  });
});
