import { expect, test } from 'vitest';
import { interleaved, median } from './statistics.ts';

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
])('median of %j', (values, middle) => {
  expect(median(values)).toBe(middle);
});

test('contenders take turns, and the first round does not count', async () => {
  const order: string[] = [];
  const contender = (name: string, values: number[]) => async () => {
    order.push(name);
    return values.shift() ?? 0;
  };
  const medians = await interleaved({ a: contender('a', [99, 1, 2, 3]), b: contender('b', [99, 5, 5, 5]) }, 3);
  expect(medians).toEqual({ a: 2, b: 5 });
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']);
});
