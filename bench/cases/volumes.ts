import { type Bench, type Case, forEachTarget, type Measurement, targetsOf } from '../case.ts';
import { interleaved, timed } from '../statistics.ts';
import type { Target } from '../target.ts';

/** Requests measured together, since one alone is near the clock's own unrest. */
const batch = 20;

/** create, inspect and rm of one volume by the API. */
export const volumeRequests: Case = {
  name: 'volume-requests',
  async measure(bench) {
    const requests: Array<[string, string, (name: string) => [string, string, unknown?]]> = [
      ['API volume create', 'at most the peer', (name) => ['POST', '/volumes/create', { Name: name }]],
      ['API volume inspect', 'at most the peer', (name) => ['GET', `/volumes/${name}`]],
      ['API volume rm', 'at most the peer', (name) => ['DELETE', `/volumes/${name}`]],
    ];
    for (const target of targetsOf(bench)) await warmUp(target);
    const results: Measurement[] = [];
    for (const [name, goal, request] of requests) results.push(await perRequest(bench, name, { goal, request }));
    return results;
  },
};

/** A daemon is measured as it is after its first minute: code that is compiled as it runs is compiled by then. */
const warmUpRounds = 500;

async function warmUp({ api }: Target): Promise<void> {
  for (let round = 0; round < warmUpRounds; round++) {
    await api.call('POST', '/volumes/create', { Name: 'bench_warm' });
    await api.call('GET', '/volumes/bench_warm');
    await api.call('GET', '/volumes/bench_warm');
    await api.call('DELETE', '/volumes/bench_warm');
  }
}

async function perRequest(
  bench: Bench,
  name: string,
  options: { goal: string; request: (name: string) => [string, string, unknown?] },
): Promise<Measurement> {
  const rounds = new Map<string, number>();
  const contenders = forEachTarget(bench, async (target) => {
    const round = rounds.get(target.name) ?? 0;
    rounds.set(target.name, round + 1);
    const total = await timed(async () => {
      for (let index = 0; index < batch; index++) await target.api.call(...options.request(`bench_${round}_${index}`));
    });
    return total / batch;
  });
  return { name, unit: 'ms', values: await interleaved(contenders, bench.rounds), goal: options.goal };
}

/** list, df and prune with many volumes. */
export const manyVolumes: Case = {
  name: 'many-volumes',
  async measure(bench) {
    const results: Measurement[] = [];
    await fill(bench, 0, 1000);
    results.push(await get(bench, 'list of 1,000 volumes', '/volumes'));
    results.push(await get(bench, 'df of 1,000 volumes', '/system/df?type=volume'));
    results.push(await prune(bench));
    await fill(bench, 0, 10_000);
    results.push(await get(bench, 'list of 10,000 volumes', '/volumes'));
    for (const target of targetsOf(bench)) await target.pruneVolumes();
    return results;
  },
};

async function fill(bench: Bench, from: number, count: number): Promise<void> {
  for (const target of targetsOf(bench)) await target.makeVolumes(`many_${from}_`, count);
}

async function get(bench: Bench, name: string, path: string): Promise<Measurement> {
  const contenders = forEachTarget(bench, (target) => timed(() => target.api.call('GET', path)));
  const values = await interleaved(contenders, Math.min(bench.rounds, 10));
  return { name, unit: 'ms', values, goal: 'under half of the peer' };
}

/** Each round needs its thousand volumes anew; the first thousand are the warm-up's. */
async function prune(bench: Bench): Promise<Measurement> {
  const contenders = forEachTarget(bench, async (target) => {
    await target.makeVolumes('pruned_', 1000);
    return timed(() => target.pruneVolumes());
  });
  return {
    name: 'prune of 1,000 volumes',
    unit: 'ms',
    values: await interleaved(contenders, 3),
    goal: 'under half of the peer',
  };
}
