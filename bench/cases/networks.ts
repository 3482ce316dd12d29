import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { composeProgram } from '../../test/support/compose.ts';
import { type Bench, type Case, forEachTarget, targetsOf } from '../case.ts';
import { interleaved, timed } from '../statistics.ts';
import type { Target } from '../target.ts';
import { startTogether } from './together.ts';

const execute = promisify(execFile);

/** A container on the default bridge, from the command to its end. */
export const bridgeRun: Case = {
  name: 'bridge-run',
  async measure(bench) {
    const words = ['run', '--rm', 'alpine', 'true'];
    const contenders = forEachTarget(bench, (target) => timed(() => target.client(bench.programs.docker, words)));
    const values = await interleaved(contenders, bench.rounds);
    return [{ name: `docker ${words.join(' ')} (bridge)`, unit: 'ms', values, goal: 'half of the peer' }];
  },
};

/** Twenty containers on one bridge at once. */
export const bridgeParallel: Case = {
  name: 'bridge-parallel',
  async measure(bench) {
    for (const target of targetsOf(bench)) await target.client(bench.programs.docker, ['network', 'create', network]);
    const contenders = forEachTarget(bench, (target) => startTogether(bench, target, network));
    const values = await interleaved(contenders, 3);
    for (const target of targetsOf(bench)) await target.api.call('DELETE', `/networks/${network}`);
    return [{ name: '20 containers on one bridge in parallel', unit: 'ms', values, goal: 'half of the peer' }];
  },
};

const network = 'bench_net';

/** `up -d` of a stack of five services with names, ports, volumes and an order. */
export const composeUp: Case = {
  name: 'compose-up',
  async measure(bench) {
    const contenders = forEachTarget(bench, async (target) => {
      const folder = writeStack(join(bench.folder, target.name));
      const compose = (...words: string[]) => execute(composeProgram('Compose 2'), words, at(target, folder));
      const time = await timed(() => compose('up', '-d'));
      await compose('down', '-v', '-t', '0');
      return time;
    });
    const values = await interleaved(contenders, 3);
    return [{ name: 'compose up -d of five services', unit: 'ms', values, goal: 'at most the peer' }];
  },
};

const at = (target: Target, cwd: string) => ({
  cwd,
  env: {
    ...process.env,
    DOCKER_HOST: `unix://${target.socket}`,
    DOCKER_CONFIG: '/nonexistent',
    COMPOSE_PROJECT_NAME: 'bench',
  },
});

function writeStack(folder: string): string {
  const service = { image: 'alpine', command: ['sleep', '600'], init: false };
  const services = {
    db: { ...service, volumes: ['db_data:/data'] },
    cache: { ...service, volumes: ['cache_data:/data'] },
    app: { ...service, depends_on: ['db', 'cache'] },
    worker: { ...service, depends_on: ['db', 'cache'] },
    web: { ...service, depends_on: ['app'], ports: ['127.0.0.1::80'] },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'docker-compose.yml'),
    JSON.stringify({ services, volumes: { db_data: {}, cache_data: {} } }),
  );
  return folder;
}

/** What goes through a published port from the host's loopback. Higher is better. */
export const publishedPort: Case = {
  name: 'published-port',
  async measure(bench) {
    for (const target of targetsOf(bench)) await startServer(bench, target);
    const values = await interleaved(
      forEachTarget(bench, (target) => throughput(target)),
      3,
    );
    for (const target of targetsOf(bench)) await target.api.call('DELETE', `/containers/${server}?force=1`);
    return [{ name: 'throughput of a published port (iperf3)', unit: 'MB/s', values, goal: 'at least the peer' }];
  },
};

const server = 'bench_iperf3';
const port = '25201';

/** The host's own iperf3, with the libraries it was linked against, in a container that has neither. */
async function startServer({ programs }: Bench, target: Target): Promise<void> {
  const mounts = ['/usr:/usr', '/usr/lib:/lib', '/usr/lib64:/lib64'].flatMap((each) => ['-v', `${each}:ro`]);
  const run = ['run', '-d', '--name', server, '-p', `127.0.0.1:${port}:5201`, ...mounts];
  await target.client(programs.docker, [...run, 'alpine', '/usr/bin/iperf3', '-s', '--forceflush']);
  for (let waited = 0; waited < 100; waited++) {
    const { stdout } = await execute(programs.docker, ['logs', server], at(target, '/'));
    if (stdout.includes('listening')) return;
    await sleep(50);
  }
  throw new Error(`${target.name}: iperf3 does not listen`);
}

async function throughput(target: Target): Promise<number> {
  const output = await target.nearby('iperf3', ['-c', '127.0.0.1', '-p', port, '-t', '2', '--json']);
  const { end } = JSON.parse(output) as { end: { sum_received: { bits_per_second: number } } };
  return end.sum_received.bits_per_second / 8e6;
}
