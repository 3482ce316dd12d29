import { describe, expect, it } from 'vitest';
import { humanDuration } from './human-duration.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('humanDuration', () => {
  it.each([
    [-5 * second, 'Less than a second'],
    [450, 'Less than a second'],
    [second, '1 second'],
    [1999, '1 second'],
    [45 * second, '45 seconds'],
    [60 * second, 'About a minute'],
    [119 * second, 'About a minute'],
    [2 * minute, '2 minutes'],
    [59 * minute + 59 * second, '59 minutes'],
    [hour, 'About an hour'],
    [hour + 29 * minute, 'About an hour'],
    [hour + 30 * minute, '2 hours'],
    [47 * hour, '47 hours'],
    [2 * day, '2 days'],
    [13 * day, '13 days'],
    [14 * day, '2 weeks'],
    [59 * day, '8 weeks'],
    [60 * day, '2 months'],
    [700 * day, '23 months'],
    [730 * day, '2 years'],
  ])('says %i ms as %s', (milliseconds, words) => {
    expect(humanDuration(milliseconds)).toBe(words);
  });
});
