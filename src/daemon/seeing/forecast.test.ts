import { expect, it } from 'vitest';
import { alarmOf, toForecast } from './forecast.ts';

const room = { kind: 'pool', name: 'main', used: 1, total: 2 } as const;
const inDays = (days: number) => Date.now() + days * 86_400_000 + 60_000;

it('warns of what will be full within a week', () => {
  expect(alarmOf({ ...room, fullAt: inDays(3) })).toEqual([
    'the file system of pool main will be full in 3 days, if it goes on growing as it did',
  ]);
  expect(alarmOf({ ...room, kind: 'volume', fullAt: inDays(-1) })[0]).toContain('volume main is full');
  expect(alarmOf({ ...room, fullAt: inDays(30) })).toEqual([]);
  expect(alarmOf({ ...room, fullAt: undefined })).toEqual([]);
});

it('has a time only where there is one', () => {
  expect(toForecast({ ...room, fullAt: 0 }).fullAt).toBe('1970-01-01T00:00:00.000Z');
  expect(toForecast({ ...room, fullAt: 1e300 }).fullAt).toBeNull();
  expect(toForecast({ ...room, fullAt: undefined }).fullAt).toBeNull();
});
