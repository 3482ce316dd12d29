import type { Bench } from '../case.ts';
import { timed } from '../statistics.ts';
import type { Target } from '../target.ts';

/** Milliseconds that it takes to start twenty containers at once on a network; they are removed afterwards. */
export async function startTogether({ programs }: Bench, target: Target, network: string): Promise<number> {
  const names = Array.from({ length: 20 }, (_, index) => `bench_together_${index}`);
  const start = (name: string) =>
    target.client(programs.docker, ['run', '-d', '--name', name, '--network', network, 'alpine', 'sleep', '600']);
  const time = await timed(() => Promise.all(names.map(start)));
  for (const name of names) await target.api.call('DELETE', `/containers/${name}?force=1`);
  return time;
}
