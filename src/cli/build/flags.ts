import type { Query } from '../../client/index.ts';
import { bytes, cut, type FlagValues, integer, list, text, toggle } from '../flags/index.ts';
import { ulimitFlag } from '../run/ulimit.ts';

/** The flags of docker's classic `build`. */
export const buildFlags = {
  'add-host': list('Add a custom host-to-IP mapping (host:ip)'),
  'build-arg': list('Set a build-time variable; without a value it is taken from the environment'),
  'cache-from': list('Images to consider as cache sources; the cache of the engine is used in any case'),
  'cgroup-parent': text('Control group above those of RUN'),
  compress: toggle('Compress what is sent', { hidden: true }),
  'cpu-period': integer('Limit the CPU CFS (Completely Fair Scheduler) period'),
  'cpu-quota': integer('Limit the CPU CFS (Completely Fair Scheduler) quota'),
  'cpu-shares': integer('CPU shares (relative weight)', { short: 'c' }),
  'cpuset-cpus': text('CPUs in which to allow execution (0-3, 0,1)'),
  'cpuset-mems': text('Memory nodes in which to allow execution (0-3, 0,1)'),
  'disable-content-trust': toggle('Skip image verification', { initial: true, hidden: true }),
  file: text('Name of the Dockerfile (default PATH/Dockerfile); "-" reads it from standard input', { short: 'f' }),
  'force-rm': toggle('Always remove intermediate containers, which is always done', { hidden: true }),
  iidfile: text('Write the image ID to the file'),
  isolation: text('', { hidden: true }),
  label: list('Set metadata for an image'),
  memory: bytes('Memory limit', { short: 'm' }),
  'memory-swap': bytes('Memory and swap together; -1 for no limit', { allowMinusOne: true }),
  network: text('Networking mode of RUN', { initial: 'default' }),
  'no-cache': toggle('Do not use what earlier builds left'),
  platform: text("Set platform; only this machine's can be built"),
  pull: toggle('Always attempt to pull newer base images'),
  quiet: toggle('Print the image ID alone', { short: 'q' }),
  rm: toggle('Remove intermediate containers, which is always done', { initial: true, hidden: true }),
  'security-opt': list('', { hidden: true }),
  'shm-size': bytes('Size of /dev/shm'),
  squash: toggle('', { hidden: true }),
  tag: list('Name and optionally a tag in the "name:tag" format', { short: 't' }),
  target: text('Set the target build stage to build'),
  ulimit: ulimitFlag('Ulimit options'),
};

/** The query of POST /build, without the Dockerfile's name. */
export function buildQuery(values: FlagValues<typeof buildFlags>, env: NodeJS.ProcessEnv): Query {
  return {
    t: values.tag,
    buildargs: json(buildArguments(values['build-arg'], env)),
    labels: json(Object.fromEntries(values.label.map(cut))),
    target: values.target,
    nocache: values['no-cache'],
    pull: values.pull,
    q: values.quiet,
    networkmode: values.network,
    extrahosts: values['add-host'],
    platform: values.platform,
    squash: values.squash,
    memory: values.memory || undefined,
    memswap: values['memory-swap'] || undefined,
    cpushares: values['cpu-shares'] || undefined,
    cpuperiod: values['cpu-period'] || undefined,
    cpuquota: values['cpu-quota'] || undefined,
    cpusetcpus: values['cpuset-cpus'],
    cpusetmems: values['cpuset-mems'],
    cgroupparent: values['cgroup-parent'],
    shmsize: values['shm-size'] || undefined,
    ulimits: values.ulimit.size === 0 ? undefined : JSON.stringify([...values.ulimit.values()]),
    version: '1',
  };
}

/** A name alone takes its value from the environment, and stays without one where that has none. */
function buildArguments(words: readonly string[], env: NodeJS.ProcessEnv): Record<string, string | null> {
  const pairs = words.map((word): [string, string | null] =>
    word.includes('=') ? cut(word) : [word, env[word] ?? null],
  );
  return Object.fromEntries(pairs);
}

const json = (value: object): string | undefined =>
  Object.keys(value).length === 0 ? undefined : JSON.stringify(value);
