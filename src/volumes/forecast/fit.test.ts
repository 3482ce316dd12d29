import { expect, it } from 'vitest';
import { fullAt } from './fit.ts';

const hour = 3_600_000;
const growing = (perHour: number, hours: number) =>
  Array.from({ length: hours + 1 }, (_, index) => ({ at: 1000 * hour + index * hour, used: 500 + index * perHour }));

it('says when what grows evenly is full', () => {
  // 1000 used after 10 hours of 50; the other 1000 take 20 hours more.
  expect(fullAt(growing(50, 10), 2000)).toBeCloseTo(1030 * hour, -2);
});

it('says now of what is full already', () => {
  expect(fullAt(growing(50, 10), 900)).toBe(1010 * hour);
});

it('says nothing of what shrinks, stands still, or has not been watched for long', () => {
  expect(fullAt(growing(-10, 10), 2000)).toBeUndefined();
  expect(fullAt(growing(0, 10), 2000)).toBeUndefined();
  expect(fullAt(growing(50, 3), 2000)).toBeUndefined();
  expect(fullAt([], 2000)).toBeUndefined();
});

it('says nothing of ups and downs', () => {
  const samples = growing(1, 20).map(({ at }, index) => ({ at, used: index % 2 === 0 ? 900 : 100 }));
  expect(fullAt(samples, 2000)).toBeUndefined();
});
