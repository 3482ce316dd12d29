import { expect, test } from 'vitest';
import { routedSubnets } from './routes.ts';
import { run } from './run.ts';

test('names the subnets that ip(8) names', async () => {
  const { stdout } = await run(['ip', '-4', 'route', 'show', 'table', 'main']);
  const wanted = stdout
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((destination) => /^[\d.]+(\/\d+)?$/.test(destination))
    .map((destination) => (destination.includes('/') ? destination : `${destination}/32`));
  expect(routedSubnets().sort()).toEqual(wanted.sort());
});
