import { join } from 'node:path';
import { isKind } from '../errors/index.ts';
import { hostFacts } from '../host/index.ts';
import { layersBelow, upperDir } from '../images/index.ts';
import { toMountSummary } from '../volumes/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { inspectConfig, inspectHostConfig } from './inspect-config.ts';
import { networkSettingsOf } from './network/settings.ts';
import { type ContainerState, zeroTime } from './record.ts';
import { sizesOf } from './usage.ts';

/** `size` asks for the bytes on disk as well, which reads the whole upper folder. */
export interface InspectOptions {
  size: boolean;
  apiVersion: string;
}

/** A container in the shape of GET /containers/{id}/json (API 1.24 to 1.50). */
export async function inspectContainer(engine: Engine, container: Container, options: InspectOptions): Promise<object> {
  const { record, state } = container;
  const [path = '', ...args] = record.args;
  return {
    Id: record.id,
    Created: record.created,
    Path: path,
    Args: args,
    State: inspectState(state),
    Image: record.imageId,
    ...ownFiles(container),
    Name: `/${record.name}`,
    RestartCount: state.restartCount,
    Driver: 'overlay2',
    Platform: record.platform,
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: container.execIds.size === 0 ? null : [...container.execIds],
    HostConfig: inspectHostConfig(record.hostConfig, {
      runtime: await runtimeName(engine),
      cgroupnsMode: hostFacts().cgroup === 'v2' ? 'private' : 'host',
    }),
    GraphDriver: { Data: graphDriverData(container), Name: 'overlay2' },
    ...(options.size ? await sizesOf(engine, container) : {}),
    Mounts: record.mountPoints.map((mountPoint) => toMountSummary(mountPoint)),
    Config: inspectConfig(record.config),
    NetworkSettings: networkSettingsOf(container, (network) => engine.networks.idOf(network)),
  };
}

/** The OCI runtime's name; Docker's usual one where none is to be found, since a record can be shown all the same. */
async function runtimeName({ runtime }: Engine): Promise<string> {
  try {
    return (await runtime.program()).name;
  } catch (error) {
    if (isKind(error, 'unavailable')) return 'runc';
    throw error;
  }
}

function inspectState(state: ContainerState): object {
  const { status } = state;
  return {
    Status: status,
    Running: status === 'running' || status === 'paused' || status === 'restarting',
    Paused: status === 'paused',
    Restarting: status === 'restarting',
    OOMKilled: state.oomKilled,
    Dead: status === 'dead',
    Pid: state.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: state.startedAt,
    FinishedAt: state.finishedAt,
    ...(state.health === null ? {} : { Health: state.health }),
  };
}

/** The files the engine keeps for a container. Docker shows no path for those that only a start makes. */
function ownFiles(container: Container): object {
  const started = container.state.startedAt !== zeroTime;
  const path = (file: string): string => (started ? join(container.dir, file) : '');
  return {
    ResolvConfPath: path('resolv.conf'),
    HostnamePath: path('hostname'),
    HostsPath: path('hosts'),
    LogPath: started && container.record.hostConfig.LogConfig.Type !== 'none' ? container.logPath : '',
  };
}

/** Where the root file system lies on the host, in the words of Docker's overlay2. */
function graphDriverData({ id, fsDir }: Container): object {
  return {
    ID: id,
    LowerDir: layersBelow(fsDir).join(':'),
    MergedDir: join(fsDir, 'merged'),
    UpperDir: upperDir(fsDir),
    WorkDir: join(fsDir, 'work'),
  };
}
