import { invalidArgument } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { type FlagValues, list, text, toggle } from '../flags/index.ts';
import { chooseHost } from '../host.ts';
import { orNull } from './isolation-flags.ts';
import { type MountRequest, mountFlag } from './mount-flag.ts';
import { absolute, readVolumeFlags } from './volumes.ts';

/** Flags for volumes and other mounts. */
export const STORAGE_FLAGS = {
  mount: mountFlag('Attach a filesystem mount to the container'),
  tmpfs: list('Mount a tmpfs directory'),
  'use-api-socket': toggle('Bind mount the API socket'),
  volume: list('Mount a volume or a host path', { short: 'v', unique: true }),
  'volume-driver': text('Optional volume driver for the container'),
  'volumes-from': list('Mount volumes from the specified container(s)'),
};

/** The fields of the request for storage. @throws invalid-argument in docker's words. */
export function storage(app: App, values: FlagValues<typeof STORAGE_FLAGS>) {
  const { anonymous, binds } = readVolumeFlags(values.volume, app.cwd);
  const mounts = [
    ...values.mount.map((mount) => withAbsoluteSource(mount, app.cwd)),
    ...(values['use-api-socket'] ? [apiSocket(app)] : []),
  ];
  return {
    config: { Volumes: Object.fromEntries(anonymous.map((path) => [path, {}])) },
    hostConfig: {
      Binds: orNull(binds),
      ...(mounts.length === 0 ? {} : { Mounts: mounts }),
      ...(values.tmpfs.length === 0 ? {} : { Tmpfs: tmpfsMap(values.tmpfs) }),
      VolumeDriver: values['volume-driver'],
      VolumesFrom: orNull(values['volumes-from']),
    },
  };
}

function withAbsoluteSource(mount: MountRequest, cwd: string): MountRequest {
  return mount.Type === 'bind' && mount.Source !== undefined
    ? { ...mount, Source: absolute(mount.Source, cwd) }
    : mount;
}

/** The container gets to speak to this very engine, where docker clients look for theirs. */
function apiSocket(app: App): MountRequest {
  const { endpoint } = chooseHost(app.global, app.env);
  if (endpoint.kind !== 'unix') throw invalidArgument('--use-api-socket needs a daemon on a unix socket');
  return { Type: 'bind', Source: endpoint.path, Target: '/var/run/docker.sock', BindOptions: {} };
}

function tmpfsMap(specs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    specs.map((spec) => {
      const at = spec.indexOf(':');
      return at === -1 ? [spec, ''] : [spec.slice(0, at), spec.slice(at + 1)];
    }),
  );
}
