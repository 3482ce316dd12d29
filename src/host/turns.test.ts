import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('lets no more than its number work side by side, in order of arrival', async () => {
  const turns = new Turns(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const work = (index: number): Promise<void> =>
    turns.take(async () => {
      running += 1;
      most = Math.max(most, running);
      order.push(index);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (index === 3) throw new Error('failed');
    });
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => work(index)));
  expect(most).toBe(2);
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(results.filter((one) => one.status === 'rejected')).toHaveLength(1);
});
