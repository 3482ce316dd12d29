import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeBusyboxRootfs } from '../../scripts/busybox-rootfs.mjs';
import { type Bench, type Case, forEachTarget, targetsOf } from '../case.ts';
import { interleaved, timed } from '../statistics.ts';
import { startTogether } from './together.ts';

const execute = promisify(execFile);

const words = ['run', '--rm', '--network', 'none', '-v', 'vv:/data', 'alpine', 'true'];

/** A whole container, from the command to its end, beside the bare runtime that it cannot be faster than. */
export const runContainer: Case = {
  name: 'run',
  async measure(bench) {
    const docker = await interleaved(
      {
        ...forEachTarget(bench, (target) => timed(() => target.client(bench.programs.docker, words))),
        runc: bareRuntime(bench, (bundle) => exampleSpec(bundle)),
        'runc, the same specification': bareRuntime(bench, (bundle) => sameSpec(bench, bundle)),
      },
      bench.rounds,
    );
    const own = await interleaved(
      {
        holdfast: () => timed(() => bench.holdfast.client(bench.programs.holdfast, words)),
        ...(bench.peer === undefined ? {} : { [bench.peer.name]: peerRun(bench, bench.programs.docker) }),
      },
      bench.rounds,
    );
    return [
      {
        name: `docker ${words.join(' ')}`,
        unit: 'ms',
        values: docker,
        goal: 'half of the peer; 2x runc of the same + client',
      },
      { name: 'holdfast run, beside docker run on the peer', unit: 'ms', values: own, goal: 'at most the peer' },
    ];
  },
};

/** The command lines alone. */
export const commandLine: Case = {
  name: 'command-line',
  async measure(bench) {
    const list = async (name: string, args: string[], goal: string) => {
      const contenders = forEachTarget(bench, (target) => {
        const program = target === bench.holdfast ? bench.programs.holdfast : bench.programs.docker;
        return timed(() => target.client(program, args));
      });
      return { name, unit: 'ms' as const, values: await interleaved(contenders, bench.rounds), goal };
    };
    return [
      await list('volume ls (own client of each)', ['volume', 'ls'], 'under 120 ms'),
      await list('volume create (own client of each)', ['volume', 'create', 'bench_cli'], 'under 120 ms'),
    ];
  },
};

/** Twenty containers at once. */
export const parallel: Case = {
  name: 'parallel',
  async measure(bench) {
    const contenders = forEachTarget(bench, (target) => startTogether(bench, target, 'none'));
    const values = await interleaved(contenders, 3);
    for (const target of targetsOf(bench)) await target.api.call('DELETE', '/volumes/vv?force=1');
    return [{ name: '20 containers started in parallel', unit: 'ms', values, goal: 'under half of the peer' }];
  },
};

function peerRun(bench: Bench, program: string): () => Promise<number> {
  return () => timed(async () => bench.peer?.client(program, words));
}

/** The same program in a container of the bare runtime: no image, no daemon. */
function bareRuntime(bench: Bench, makeSpec: (bundle: string) => Promise<Spec>): () => Promise<number> {
  let round = 0;
  let prepared: Promise<string> | undefined;
  return async () => {
    prepared ??= prepareBundle(bench, makeSpec);
    const bundle = await prepared;
    const id = `holdfast-bench-${process.pid}-${round++}`;
    return timed(() => execute('runc', ['--root', join(bundle, 'state'), 'run', '--bundle', bundle, id]));
  };
}

/** What the benchmark changes of a runtime specification. */
interface Spec {
  root: { path: string };
  process: { terminal: boolean; args: string[]; rlimits?: unknown[] };
  mounts: Array<{ destination: string; source: string; type?: string; options?: string[] }>;
  linux: { cgroupsPath?: string };
}

async function prepareBundle(bench: Bench, makeSpec: (bundle: string) => Promise<Spec>): Promise<string> {
  const bundle = mkdtempSync(join(bench.folder, 'bundle-'));
  mkdirSync(join(bundle, 'rootfs'));
  makeBusyboxRootfs(join(bundle, 'rootfs'));
  const spec = await makeSpec(bundle);
  spec.root.path = 'rootfs';
  spec.process.terminal = false;
  spec.process.args = ['true'];
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec));
  return bundle;
}

/** The runtime's own example: no seccomp filter, hardly a limit. */
async function exampleSpec(bundle: string): Promise<Spec> {
  await execute('runc', ['spec', '--bundle', bundle]);
  const spec = readSpec(join(bundle, 'config.json'));
  // The example asks for more open files than this user may have.
  spec.process.rlimits = [];
  return spec;
}

/** What Holdfast has the runtime do for such a container: Docker's seccomp filter, cgroup settings and masked paths. */
async function sameSpec(bench: Bench, bundle: string): Promise<Spec> {
  const { programs, holdfast } = bench;
  const run = ['run', '-d', '--network', 'none', 'alpine', 'sleep', '60'];
  const id = (await holdfast.client(programs.docker, run)).trim();
  const spec = readSpec(join(holdfast.lifecycle?.folder ?? '', 'run/bundles', id, 'config.json'));
  await holdfast.client(programs.docker, ['rm', '-f', id]);
  const data = join(bundle, 'data');
  mkdirSync(data);
  spec.mounts = spec.mounts.filter(({ type }) => type !== 'bind');
  spec.mounts.push({ destination: '/data', source: data, type: 'bind', options: ['rbind', 'rprivate'] });
  spec.linux.cgroupsPath = '/holdfast-bench';
  return spec;
}

const readSpec = (path: string): Spec => JSON.parse(readFileSync(path, 'utf8'));
