import { describe, expect, it } from 'vitest';
import { Due } from './due.ts';
import { Schedule } from './schedule.ts';

const at = (day: number, hour: number, minute = 0) => new Date(2026, 0, day, hour, minute);

describe('the text of a schedule', () => {
  it('is cron’s, with words for the common ones', () => {
    expect(Schedule.parse('@daily').next(at(1, 12))).toEqual(at(2, 0));
    expect(Schedule.parse(' 30 3 * * * ').next(at(1, 12))).toEqual(at(2, 3, 30));
    expect(Schedule.parse('0 0 3 * * 1').next(at(1, 12))).toEqual(at(5, 3));
  });

  it.each([
    '',
    'daily',
    '@dayly',
    '@reboot',
    '61 * * * *',
    '* * *',
    '0 0 30 2 *',
    '2020-01-01T00:00:00',
    '* * * * * * 1999',
  ])('is not %j', (text) => {
    expect(() => Schedule.parse(text)).toThrow(expect.objectContaining({ kind: 'invalid-argument' }));
  });
});

describe('being due', () => {
  const nightly = (since: Date) => new Due(Schedule.parse('0 3 * * *'), since);

  it('comes with the time, and goes when it was done', () => {
    const due = nightly(at(1, 12));
    expect(due.isDue(at(2, 2, 59))).toBe(false);
    expect(due.isDue(at(2, 3))).toBe(true);
    due.done(at(2, 3));
    expect(due.isDue(at(2, 4))).toBe(false);
    expect(due.next(at(2, 4))).toEqual(at(3, 3));
  });

  it('is once, however often it was missed', () => {
    const due = nightly(at(1, 12));
    expect(due.isDue(at(20, 12))).toBe(true);
    due.done(at(20, 12));
    expect(due.isDue(at(20, 13))).toBe(false);
  });

  it('waits for the next time of a clock that jumped back', () => {
    const due = nightly(at(20, 12));
    expect(due.isDue(at(10, 12))).toBe(false);
    expect(due.isDue(at(11, 2))).toBe(false);
    expect(due.isDue(at(11, 3))).toBe(true);
  });
});
