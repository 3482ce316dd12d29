import { expect, test } from 'vitest';
import { routedSubnets } from './routes.ts';
import { run } from './run.ts';

/** The destinations that ip(8) shows, default routes left out. */
async function shown(): Promise<string[]> {
  const { stdout } = await run(['ip', '-4', 'route', 'show', 'table', 'main']);
  return stdout
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((destination) => /^[\d.]+(\/\d+)?$/.test(destination))
    .map((destination) => (destination.includes('/') ? destination : `${destination}/32`));
}

test('names the subnets that ip(8) names', async () => {
  // Others may make and remove networks at the same time: compared where nothing changed meanwhile.
  await expect
    .poll(async () => {
      const before = await shown();
      const found = routedSubnets();
      const after = await shown();
      return before.join() === after.join() && [...found].sort().join() === [...after].sort().join();
    })
    .toBe(true);
});
