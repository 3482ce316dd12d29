import type { App } from '../app.ts';
import { type FlagValues, text, toggle } from '../flags/index.ts';
import { HEALTH_FLAGS, healthcheck } from './health.ts';
import { ISOLATION_FLAGS, isolation } from './isolation-flags.ts';
import { LIFECYCLE_FLAGS, lifecycle } from './lifecycle-flags.ts';
import { NETWORK_FLAGS, networking } from './network-flags.ts';
import { type AttachedStreams, PROCESS_FLAGS, processConfig, processHostConfig } from './process-flags.ts';
import { RESOURCE_FLAGS, resources } from './resources.ts';
import { STORAGE_FLAGS, storage } from './storage-flags.ts';

/** Flags that `run` and `create` share. */
export const CREATE_FLAGS = {
  ...PROCESS_FLAGS,
  ...RESOURCE_FLAGS,
  ...ISOLATION_FLAGS,
  ...NETWORK_FLAGS,
  ...STORAGE_FLAGS,
  ...LIFECYCLE_FLAGS,
  ...HEALTH_FLAGS,
  'disable-content-trust': toggle('', { hidden: true, initial: true }),
  name: text('Assign a name to the container'),
  platform: text('Set platform if server is multi-platform capable'),
  pull: text('Pull image before running ("always", "missing", "never")', {
    initial: 'missing',
    choices: ['always', 'missing', 'never'],
  }),
  quiet: toggle('Suppress the pull output', { short: 'q' }),
};
export type CreateValues = FlagValues<typeof CREATE_FLAGS>;

export interface CreateLine {
  values: CreateValues;
  given: ReadonlySet<string>;
  image: string;
  command: readonly string[];
  streams: AttachedStreams;
}

/** The body of POST /containers/create for a command line. @throws invalid-argument in docker's words. */
export function createRequest(app: App, line: CreateLine) {
  const { values } = line;
  const stored = storage(app, values);
  const net = networking(values);
  const health = healthcheck(values);
  return {
    ...processConfig(app, line),
    ...net.config,
    ...stored.config,
    ...(health === undefined ? {} : { Healthcheck: health }),
    HostConfig: {
      ...stored.hostConfig,
      ...lifecycle(values),
      ...net.hostConfig,
      ...processHostConfig(app, line),
      ...isolation(app, values),
      ...resources(values),
      ShmSize: values['shm-size'],
      OomScoreAdj: values['oom-score-adj'],
      Cgroup: '',
      CpuCount: 0,
      CpuPercent: 0,
      IOMaximumIOps: 0,
      IOMaximumBandwidth: 0,
    },
    NetworkingConfig: net.networkingConfig,
  };
}
