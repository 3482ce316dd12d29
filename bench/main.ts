import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureImages } from '../test/images/index.ts';
import { findExecutable } from '../test/support/program.ts';
import { type Bench, type Case, type Measurement, targetsOf } from './case.ts';
import { backups } from './cases/backups.ts';
import { coldStart, memory } from './cases/daemon.ts';
import { bridgeParallel, bridgeRun, composeUp, publishedPort } from './cases/networks.ts';
import { commandLine, parallel, runContainer } from './cases/run.ts';
import { volumeExport } from './cases/transfer.ts';
import { trash } from './cases/trash.ts';
import { manyVolumes, volumeRequests } from './cases/volumes.ts';
import { guest, type Running, startDockerd, startHoldfast } from './daemons.ts';
import { table } from './report.ts';

const cases: readonly Case[] = [
  memory,
  volumeRequests,
  trash,
  commandLine,
  runContainer,
  parallel,
  bridgeRun,
  bridgeParallel,
  composeUp,
  publishedPort,
  backups,
  manyVolumes,
  volumeExport,
  coldStart,
];

const usage = `npm run bench -- [options]
  --peer unix:///PATH   compare with a Docker-compatible daemon that is running
  --with-dockerd        compare with Debian's dockerd, on folders of its own
  --rounds N            samples of each measurement (15)
  --only NAME           one case: ${cases.map(({ name }) => name).join(', ')}
  --json PATH           write the results there too`;

const { values: options } = parseArgs({
  options: {
    peer: { type: 'string' },
    'with-dockerd': { type: 'boolean' },
    rounds: { type: 'string', default: '15' },
    only: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (options.help === true) console.log(usage);
else await main();

async function main(): Promise<void> {
  await ensureImages(['alpine']);
  const running: Running[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  try {
    const own = await startHoldfast();
    running.push(own);
    const peer = await startPeer();
    if (peer !== undefined) running.push(peer);
    const bench: Bench = {
      holdfast: own.target,
      peer: peer?.target,
      programs: {
        holdfast: fileURLToPath(new URL('bin/holdfast', `file://${process.env.HOLDFAST_CHECKOUT}/`)),
        docker: findExecutable('docker'),
      },
      folder,
      rounds: Number(options.rounds),
    };
    report(await measureAll(bench));
  } finally {
    for (const one of running.reverse()) await one.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startPeer(): Promise<Running | undefined> {
  if (options.peer !== undefined) return guest(options.peer);
  if (options['with-dockerd'] !== true) return undefined;
  return startDockerd(process.env.HOLDFAST_BENCH_DOCKERD ?? findExecutable('dockerd'));
}

async function measureAll(bench: Bench): Promise<Measurement[]> {
  for (const target of targetsOf(bench)) await target.loadImage();
  const results: Measurement[] = [];
  for (const one of cases) {
    if (options.only !== undefined && one.name !== options.only) continue;
    process.stderr.write(`measuring ${one.name}…\n`);
    results.push(...(await one.measure(bench)));
  }
  return results;
}

function report(results: Measurement[]): void {
  console.log(table(results));
  if (options.json === undefined) return;
  const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version };
  writeFileSync(options.json, `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2)}\n`);
}
