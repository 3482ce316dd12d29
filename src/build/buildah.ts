import { join } from 'node:path';
import { type Exit, outputPipe, spawnProcess } from '../host/index.ts';
import type { BuildLimits, BuildRequest } from '../wire/index.ts';

export interface BuildahCall {
  /** The build's own folder: `context`, `Dockerfile`, `ignore` and `registries.conf` are in it. */
  folder: string;
  request: BuildRequest;
  /** Path of the OCI runtime. */
  runtime: string;
  /** `host`, `none` or `ns:path`. */
  network: string;
  nameServers: readonly string[];
  environment: Record<string, string | undefined>;
  signal: AbortSignal;
  /** Takes what it writes, as it comes. */
  write: (text: string) => void;
}

/**
 * buildah is the first process of a namespace of its own: with it the kernel ends all that it runs, and takes its mounts
 * away. It ends with this process too, however that ends.
 */
const contained = [
  ...['setpriv', '--pdeathsig', 'KILL'],
  ...['unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'],
];

/** Runs `buildah build` to its end, which an abort of the signal brings about. */
export async function runBuildah(call: BuildahCall): Promise<Exit> {
  const pipe = outputPipe(join(call.folder, 'output'));
  const child = spawnProcess([...contained, 'buildah', ...buildahArguments(call)], {
    env: { ...call.environment, CONTAINERS_REGISTRIES_CONF: join(call.folder, 'registries.conf') },
    stdin: 'ignore',
    stdout: pipe.writer,
    stderr: pipe.writer,
    detached: true,
  });
  pipe.started();
  const end = (): void => child.kill('SIGKILL');
  call.signal.addEventListener('abort', end, { once: true });
  if (call.signal.aborted) end();
  pipe.reader.setEncoding('utf8');
  pipe.reader.on('data', call.write);
  const drained = new Promise<void>((resolve) => pipe.reader.once('close', resolve));
  const exit = await child.exited;
  await drained;
  call.signal.removeEventListener('abort', end);
  return exit;
}

function buildahArguments(call: BuildahCall): string[] {
  const { folder, request, runtime, network, nameServers } = call;
  return [
    'build',
    // Docker's format: OCI's has no health checks, no shell and no ONBUILD.
    ...['--format', 'docker', '--isolation', 'oci', '--runtime', runtime],
    // Every step is an image of its own, which later builds find; all stages are built, as the classic builder does.
    ...['--layers', '--force-rm', '--skip-unused-stages=false', '--identity-label=false', '--http-proxy=false'],
    // Base images are in its storage already.
    '--pull-never',
    ...['--file', join(folder, 'Dockerfile'), '--ignorefile', join(folder, 'ignore')],
    ...['--network', network],
    ...nameServers.flatMap((server) => ['--dns', server]),
    ...(request.noCache ? ['--no-cache'] : []),
    ...Object.entries(request.buildArgs).flatMap(([key, value]) =>
      value === null ? [] : ['--build-arg', `${key}=${value}`],
    ),
    ...Object.entries(request.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...request.extraHosts.flatMap((host) => ['--add-host', host]),
    ...limitArguments(request.limits),
    join(folder, 'context'),
  ];
}

function limitArguments(limits: BuildLimits): string[] {
  const flags: Array<[string, number | string]> = [
    ['memory', limits.memory],
    ['memory-swap', limits.memorySwap],
    ['cpu-shares', limits.cpuShares],
    ['cpu-period', limits.cpuPeriod],
    ['cpu-quota', limits.cpuQuota],
    ['cpuset-cpus', limits.cpusetCpus],
    ['cpuset-mems', limits.cpusetMems],
    ['cgroup-parent', limits.cgroupParent],
    ['shm-size', limits.shmSize],
  ];
  return [
    ...flags.flatMap(([flag, value]) => (value === 0 || value === '' ? [] : [`--${flag}=${value}`])),
    ...limits.ulimits.map(({ Name, Soft, Hard }) => `--ulimit=${Name}=${Soft}:${Hard}`),
  ];
}
