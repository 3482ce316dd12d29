import { defaultMaskedPaths, defaultReadonlyPaths } from '../runtime/index.ts';
import type { ContainerConfig, HostConfig } from '../wire/index.ts';

type Fields = Record<string, unknown>;

/** The fields of `entries` whose value is not empty: what Go leaves out under `omitempty`. */
function unlessEmpty(entries: Fields): Fields {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const nullIfEmpty = <T extends object>(value: T): T | null => (isEmpty(value) ? null : value);

/** The `Config` of inspect, with the nulls, empties and absences of Docker's (API 1.50) in Docker's order. */
export function inspectConfig(config: ContainerConfig): Fields {
  return {
    Hostname: config.Hostname,
    Domainname: config.Domainname,
    User: config.User,
    AttachStdin: config.AttachStdin,
    AttachStdout: config.AttachStdout,
    AttachStderr: config.AttachStderr,
    ...unlessEmpty({ ExposedPorts: config.ExposedPorts }),
    Tty: config.Tty,
    OpenStdin: config.OpenStdin,
    StdinOnce: config.StdinOnce,
    Env: config.Env,
    Cmd: config.Cmd,
    ...unlessEmpty({ Healthcheck: healthcheckOf(config) }),
    Image: config.Image,
    Volumes: nullIfEmpty(config.Volumes),
    WorkingDir: config.WorkingDir,
    Entrypoint: config.Entrypoint,
    ...unlessEmpty({ NetworkDisabled: config.NetworkDisabled, MacAddress: config.MacAddress }),
    OnBuild: config.OnBuild,
    Labels: config.Labels,
    ...unlessEmpty({ StopSignal: config.StopSignal }),
    ...(config.StopTimeout === null ? {} : { StopTimeout: config.StopTimeout }),
    ...unlessEmpty({ Shell: config.Shell }),
  };
}

function healthcheckOf({ Healthcheck }: ContainerConfig): Fields | null {
  return Healthcheck === null ? null : unlessEmpty({ ...Healthcheck });
}

const defaultShmBytes = 64 * 1024 * 1024;

/** What the engine uses where a container's configuration says nothing. */
export interface HostDefaults {
  runtime: string;
  cgroupnsMode: string;
}

/** The `HostConfig` of inspect: the request's values, completed by what stands for those it left open. */
export function inspectHostConfig(host: HostConfig, defaults: HostDefaults): Fields {
  return {
    Binds: host.Binds,
    ContainerIDFile: host.ContainerIDFile,
    // Logs answer as Docker's default driver lets them; clients look at this name before they ask for logs.
    LogConfig: { Type: host.LogConfig.Type || 'json-file', Config: host.LogConfig.Config },
    NetworkMode: host.NetworkMode,
    PortBindings: host.PortBindings,
    RestartPolicy: { Name: host.RestartPolicy.Name || 'no', MaximumRetryCount: host.RestartPolicy.MaximumRetryCount },
    AutoRemove: host.AutoRemove,
    VolumeDriver: host.VolumeDriver,
    VolumesFrom: host.VolumesFrom,
    ConsoleSize: host.ConsoleSize,
    ...unlessEmpty({ Annotations: host.Annotations }),
    CapAdd: host.CapAdd,
    CapDrop: host.CapDrop,
    CgroupnsMode: host.CgroupnsMode || defaults.cgroupnsMode,
    Dns: host.Dns,
    DnsOptions: host.DnsOptions,
    DnsSearch: host.DnsSearch,
    ExtraHosts: host.ExtraHosts,
    GroupAdd: host.GroupAdd,
    IpcMode: host.IpcMode || 'private',
    Cgroup: host.Cgroup,
    Links: host.Links,
    OomScoreAdj: host.OomScoreAdj,
    PidMode: host.PidMode,
    Privileged: host.Privileged,
    PublishAllPorts: host.PublishAllPorts,
    ReadonlyRootfs: host.ReadonlyRootfs,
    SecurityOpt: host.SecurityOpt,
    ...unlessEmpty({ StorageOpt: host.StorageOpt, Tmpfs: host.Tmpfs }),
    UTSMode: host.UTSMode,
    UsernsMode: host.UsernsMode,
    ShmSize: host.ShmSize || defaultShmBytes,
    ...unlessEmpty({ Sysctls: host.Sysctls }),
    Runtime: host.Runtime || defaults.runtime,
    Isolation: host.Isolation,
    ...resourceFields(host),
    ...unlessEmpty({ Mounts: host.Mounts.map(mountEcho) }),
    MaskedPaths: host.MaskedPaths ?? (host.Privileged ? null : defaultMaskedPaths()),
    ReadonlyPaths: host.ReadonlyPaths ?? (host.Privileged ? null : defaultReadonlyPaths()),
    ...(host.Init === null ? {} : { Init: host.Init }),
  };
}

function resourceFields(host: HostConfig): Fields {
  return {
    CpuShares: host.CpuShares,
    Memory: host.Memory,
    NanoCpus: host.NanoCpus,
    CgroupParent: host.CgroupParent,
    BlkioWeight: host.BlkioWeight,
    BlkioWeightDevice: [],
    BlkioDeviceReadBps: [],
    BlkioDeviceWriteBps: [],
    BlkioDeviceReadIOps: [],
    BlkioDeviceWriteIOps: [],
    CpuPeriod: host.CpuPeriod,
    CpuQuota: host.CpuQuota,
    CpuRealtimePeriod: host.CpuRealtimePeriod,
    CpuRealtimeRuntime: host.CpuRealtimeRuntime,
    CpusetCpus: host.CpusetCpus,
    CpusetMems: host.CpusetMems,
    Devices: host.Devices,
    DeviceCgroupRules: host.DeviceCgroupRules,
    DeviceRequests: null,
    ...unlessEmpty({ KernelMemory: host.KernelMemory, KernelMemoryTCP: host.KernelMemoryTCP }),
    MemoryReservation: host.MemoryReservation,
    MemorySwap: host.MemorySwap,
    MemorySwappiness: host.MemorySwappiness,
    OomKillDisable: host.OomKillDisable,
    PidsLimit: host.PidsLimit === 0 ? null : host.PidsLimit,
    Ulimits: host.Ulimits,
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
  };
}

/** A mount as the request gave it (volume semantics 9.6): what it left out stays out, options it gave stay, if empty. */
function mountEcho(mount: HostConfig['Mounts'][number]): Fields {
  const { BindOptions, VolumeOptions, ImageOptions, TmpfsOptions, ...plain } = mount;
  const DriverConfig = VolumeOptions?.DriverConfig;
  return {
    ...unlessEmpty(plain),
    ...(BindOptions ? { BindOptions: unlessEmpty(BindOptions) } : {}),
    ...(VolumeOptions
      ? {
          VolumeOptions: {
            ...unlessEmpty({ ...VolumeOptions, DriverConfig: null }),
            ...(DriverConfig ? { DriverConfig: unlessEmpty(DriverConfig) } : {}),
          },
        }
      : {}),
    ...(ImageOptions ? { ImageOptions: unlessEmpty(ImageOptions) } : {}),
    ...(TmpfsOptions ? { TmpfsOptions: unlessEmpty(TmpfsOptions) } : {}),
  };
}
