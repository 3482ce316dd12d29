import { describe, expect, it } from 'vitest';
import { conflict } from '../errors/index.ts';
import type { Engine } from './engine.ts';
import { zeroTime } from './record.ts';
import { containerStats, type StatsOptions } from './stats.ts';
import { sketch } from './testing.ts';

interface Answer {
  read: string;
  preread: string;
  cpu_stats: { cpu_usage: { total_usage: number } };
  precpu_stats: { cpu_usage: { total_usage: number } };
  memory_stats: object;
}

function fixture(status: 'running' | 'exited', stats?: () => object) {
  const container = sketch({ name: 'measured', state: { status } });
  let total = 0;
  const counting = () => {
    total += 10;
    return { cpu_stats: { cpu_usage: { total_usage: total } }, memory_stats: { usage: 5 } };
  };
  const engine = {
    store: { has: () => true },
    networks: { sandbox: () => undefined },
    runtime: { stats: async () => (stats ?? counting)() },
  } as unknown as Engine;
  const read = async (options: StatsOptions): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for await (const answer of containerStats(engine, container, options)) answers.push(answer as Answer);
    return answers;
  };
  return { container, engine, read };
}

describe('containerStats', () => {
  it('compares two samples where one answer is asked for', async () => {
    const [answer, more] = await fixture('running').read({ stream: false, oneShot: false });
    expect(more).toBeUndefined();
    expect(answer?.precpu_stats.cpu_usage.total_usage).toBe(10);
    expect(answer?.cpu_stats.cpu_usage.total_usage).toBe(20);
    expect(answer?.preread).not.toBe(zeroTime);
  });

  it('takes one sample for one shot', async () => {
    const [answer] = await fixture('running').read({ stream: false, oneShot: true });
    expect(answer).toMatchObject({ name: '/measured', preread: zeroTime, memory_stats: { usage: 5 } });
    expect(answer?.cpu_stats.cpu_usage.total_usage).toBe(10);
    expect(answer?.precpu_stats.cpu_usage.total_usage).toBe(0);
  });

  it('has zeros for a container that does not run, or has just ended', async () => {
    const ended = () => {
      throw conflict('container is not running');
    };
    for (const each of [fixture('exited'), fixture('running', ended)]) {
      const [answer] = await each.read({ stream: false, oneShot: false });
      expect(answer).toMatchObject({ read: zeroTime, preread: zeroTime, memory_stats: {}, pids_stats: {} });
    }
  });

  it('streams until the client has gone', async () => {
    const { container, engine } = fixture('running');
    const gone = new AbortController();
    const answers: Answer[] = [];
    for await (const answer of containerStats(engine, container, {
      stream: true,
      oneShot: false,
      signal: gone.signal,
    })) {
      answers.push(answer as Answer);
      if (answers.length === 2) gone.abort();
    }
    expect(answers.map((answer) => answer.precpu_stats.cpu_usage.total_usage)).toEqual([0, 10]);
    expect(answers[1]?.preread).toBe(answers[0]?.read);
  });
});
