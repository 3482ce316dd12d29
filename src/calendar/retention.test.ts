import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kept, parseRetention } from './index.ts';

const identity = (time: Date) => time;
const days = (count: number) => Array.from({ length: count }, (_, day) => new Date(2026, 0, 1 + day, 3));
const stay = (times: Date[], text: string) => [...kept(times, identity, parseRetention(text))].sort((a, b) => +a - +b);

describe('the text of a retention', () => {
  it('names how many of each period', () => {
    expect(parseRetention('7d,4w,6m')).toEqual({ hours: 0, days: 7, weeks: 4, months: 6, years: 0 });
    expect(parseRetention(' 24h, 2y ')).toEqual({ hours: 24, days: 0, weeks: 0, months: 0, years: 2 });
  });

  it.each(['', '7', 'd', '0d', '7d,', '7x', '-1d', '7d 4w', '7D', '999999d', '7d,2d'])('is not %j', (text) => {
    expect(() => parseRetention(text)).toThrow(expect.objectContaining({ kind: 'invalid-argument' }));
  });
});

describe('what stays', () => {
  it('is the newest of each of the last days that have any', () => {
    const times = [new Date(2026, 0, 1, 1), new Date(2026, 0, 1, 23), new Date(2026, 0, 5), new Date(2026, 0, 9)];
    expect(stay(times, '3d')).toEqual(times.slice(1));
    expect(stay(times, '2d')).toEqual(times.slice(2));
  });

  it('is what any of the tiers wants', () => {
    // Daily ones from Thursday, 1 January 2026 to Wednesday, 11 March.
    const left = stay(days(70), '3d,2w,2m');
    expect(left.map((time) => `${time.getMonth() + 1}-${time.getDate()}`)).toEqual([
      '2-28',
      '3-8',
      '3-9',
      '3-10',
      '3-11',
    ]);
  });

  it('counts hours', () => {
    const quarters = Array.from({ length: 12 }, (_, at) => new Date(Date.UTC(2026, 0, 1, 0, 15 * at)));
    expect(stay(quarters, '2h')).toEqual([quarters[7], quarters[11]]);
  });

  it('always has the newest, never more than all tiers together, and stays the same when asked again', () => {
    const anyTimes = fc.array(fc.integer({ min: 0, max: 2 ** 31 }), { minLength: 1, maxLength: 60 });
    const tier = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(anyTimes, tier, tier, (seconds, dayTier, monthTier) => {
        const times = seconds.map((second) => new Date(second * 1000));
        const left = stay(times, `${dayTier}d,${monthTier}m`);
        expect(left.map(Number)).toContain(Math.max(...times.map(Number)));
        expect(left.length).toBeLessThanOrEqual(dayTier + monthTier);
        expect(stay(left, `${dayTier}d,${monthTier}m`)).toEqual(left);
      }),
    );
  });
});
