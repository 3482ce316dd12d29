import { type Bench, type Case, type Measurement, targetsOf } from '../case.ts';
import { memoryOf } from '../memory.ts';
import { interleaved, timed } from '../statistics.ts';
import type { Lifecycle, Target } from '../target.ts';

const megabyte = 1024 * 1024;

/** Only daemons that were started here can be stopped and started again. */
function ownTargets(bench: Bench): Array<{ target: Target; lifecycle: Lifecycle }> {
  return targetsOf(bench).flatMap((target) =>
    target.lifecycle === undefined ? [] : [{ target, lifecycle: target.lifecycle }],
  );
}

/** From the start of the process to the first answer, without volumes and with ten thousand. */
export const coldStart: Case = {
  name: 'cold-start',
  async measure(bench) {
    const empty = await ready(bench, 'ready after a cold start');
    for (const { target } of ownTargets(bench)) await target.makeVolumes('cold_', 10_000);
    const full = await ready(bench, 'ready after a cold start, 10,000 volumes');
    for (const { target } of ownTargets(bench)) await target.pruneVolumes();
    return [empty, full];
  },
};

async function ready(bench: Bench, name: string): Promise<Measurement> {
  const contenders = ownTargets(bench).map(({ target, lifecycle }) => {
    const measure = async () => {
      await lifecycle.stop();
      return timed(() => lifecycle.start());
    };
    return [target.name, measure] as const;
  });
  return { name, unit: 'ms', values: await interleaved(Object.fromEntries(contenders), 5), goal: 'under 300 ms' };
}

/** Memory of a daemon that has just started, and what each running container adds: monitors and shims included. */
export const memory: Case = {
  name: 'memory',
  async measure(bench) {
    const idle: Record<string, number> = {};
    const each: Record<string, number> = {};
    for (const { target, lifecycle } of ownTargets(bench)) {
      await lifecycle.stop();
      await lifecycle.start();
      await target.api.call('GET', '/volumes');
      idle[target.name] = memoryOf(lifecycle.folder).resident / megabyte;
      each[target.name] = await perContainer(bench, target, lifecycle);
    }
    return [
      { name: 'memory, idle (resident)', unit: 'MB', values: idle, goal: 'under 120 MB' },
      { name: 'memory of each running container (proportional)', unit: 'MB', values: each, goal: 'under 3 MB' },
    ];
  },
};

async function perContainer(bench: Bench, target: Target, lifecycle: Lifecycle): Promise<number> {
  const count = 10;
  const names = Array.from({ length: count + 1 }, (_, index) => `bench_memory_${index}`);
  const start = (name: string) =>
    target.client(bench.programs.docker, ['run', '-d', '--name', name, '--network', 'none', 'alpine', 'sleep', '600']);
  // The first container makes the daemon load what it loads once.
  await start(names[0] ?? '');
  const before = memoryOf(lifecycle.folder).proportional;
  for (const name of names.slice(1)) await start(name);
  const after = memoryOf(lifecycle.folder).proportional;
  for (const name of names) await target.api.call('DELETE', `/containers/${name}?force=1`);
  return (after - before) / count / megabyte;
}
