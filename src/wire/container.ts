import * as z from 'zod';
import { command, flag, list, map, nullableList, number, text } from './lenient.ts';
import { mountSchema } from './mount.ts';

/** A health check as images and containers carry it; durations in nanoseconds. */
export const healthcheckSchema = z.object({
  Test: nullableList(z.string()),
  Interval: number(),
  Timeout: number(),
  StartPeriod: number(),
  StartInterval: number(),
  Retries: number(),
});

/** What a container runs, independent of the host: Docker's `Config` (API 1.24 to 1.50). */
export const containerConfigSchema = z.object({
  Hostname: text(),
  Domainname: text(),
  User: text(),
  AttachStdin: flag(),
  AttachStdout: flag(),
  AttachStderr: flag(),
  ExposedPorts: map(z.unknown()),
  Tty: flag(),
  OpenStdin: flag(),
  StdinOnce: flag(),
  Env: list(z.string()),
  Cmd: command(),
  Entrypoint: command(),
  Image: text(),
  Volumes: map(z.unknown()),
  WorkingDir: text(),
  Labels: map(z.string()),
  Healthcheck: healthcheckSchema.nullish().transform((value) => value ?? null),
  NetworkDisabled: flag(),
  MacAddress: text(),
  OnBuild: nullableList(z.string()),
  StopSignal: text(),
  StopTimeout: z
    .number()
    .nullish()
    .transform((value) => value ?? null),
  Shell: nullableList(z.string()),
});
export type ContainerConfig = z.output<typeof containerConfigSchema>;

const ulimitSchema = z.object({ Name: text(), Soft: number(), Hard: number() });
const deviceSchema = z.object({ PathOnHost: text(), PathInContainer: text(), CgroupPermissions: text() });
const portBindingSchema = z.object({ HostIp: text(), HostPort: text() });
const restartPolicySchema = z.object({ Name: text(), MaximumRetryCount: number() });
const logConfigSchema = z.object({ Type: text(), Config: map(z.string()) });

/** What of a container depends on the host: Docker's `HostConfig`. Sizes in bytes, -1 or 0 meaning unset as noted. */
export const hostConfigSchema = z.object({
  Binds: nullableList(z.string()),
  ContainerIDFile: text(),
  LogConfig: logConfigSchema.nullish().transform((value) => value ?? { Type: '', Config: {} }),
  NetworkMode: text(),
  PortBindings: map(nullableList(portBindingSchema)),
  RestartPolicy: restartPolicySchema.nullish().transform((value) => value ?? { Name: '', MaximumRetryCount: 0 }),
  AutoRemove: flag(),
  VolumeDriver: text(),
  VolumesFrom: nullableList(z.string()),
  Mounts: list(mountSchema),
  ConsoleSize: z
    .array(z.number())
    .nullish()
    .transform((value) => value ?? [0, 0]),
  Annotations: map(z.string()),
  CapAdd: nullableList(z.string()),
  CapDrop: nullableList(z.string()),
  CgroupnsMode: text(),
  Dns: list(z.string()),
  DnsOptions: list(z.string()),
  DnsSearch: list(z.string()),
  ExtraHosts: nullableList(z.string()),
  GroupAdd: nullableList(z.string()),
  IpcMode: text(),
  Cgroup: text(),
  Links: nullableList(z.string()),
  OomScoreAdj: number(),
  PidMode: text(),
  Privileged: flag(),
  PublishAllPorts: flag(),
  ReadonlyRootfs: flag(),
  SecurityOpt: nullableList(z.string()),
  StorageOpt: map(z.string()),
  Tmpfs: map(z.string()),
  UTSMode: text(),
  UsernsMode: text(),
  ShmSize: number(),
  Sysctls: map(z.string()),
  Runtime: text(),
  Isolation: text(),
  CpuShares: number(),
  Memory: number(),
  NanoCpus: number(),
  CgroupParent: text(),
  BlkioWeight: number(),
  CpuPeriod: number(),
  CpuQuota: number(),
  CpuRealtimePeriod: number(),
  CpuRealtimeRuntime: number(),
  CpusetCpus: text(),
  CpusetMems: text(),
  Devices: list(deviceSchema),
  DeviceCgroupRules: nullableList(z.string()),
  KernelMemory: number(),
  KernelMemoryTCP: number(),
  MemoryReservation: number(),
  MemorySwap: number(),
  MemorySwappiness: z
    .number()
    .nullish()
    .transform((value) => (value === -1 ? null : (value ?? null))),
  OomKillDisable: flag(),
  PidsLimit: z
    .number()
    .nullish()
    .transform((value) => value ?? null),
  Ulimits: list(ulimitSchema),
  Init: z
    .boolean()
    .nullish()
    .transform((value) => value ?? null),
  MaskedPaths: nullableList(z.string()),
  ReadonlyPaths: nullableList(z.string()),
});
export type HostConfig = z.output<typeof hostConfigSchema>;

const endpointSchema = z.object({
  Aliases: nullableList(z.string()),
  IPAMConfig: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? null),
  Links: nullableList(z.string()),
  MacAddress: text(),
  DriverOpts: map(z.string()),
});

/** The body of POST /containers/create: `Config` with `HostConfig` and `NetworkingConfig` beside its own fields. */
export const containerCreateSchema = containerConfigSchema.extend({
  HostConfig: hostConfigSchema.nullish().transform((value) => value ?? hostConfigSchema.parse({})),
  NetworkingConfig: z
    .object({ EndpointsConfig: map(endpointSchema.nullish()) })
    .nullish()
    .transform((value) => value ?? { EndpointsConfig: {} }),
});
export type ContainerCreate = z.output<typeof containerCreateSchema>;

/** The body of POST /containers/{id}/exec. */
export const execCreateSchema = z.object({
  AttachStdin: flag(),
  AttachStdout: flag(),
  AttachStderr: flag(),
  DetachKeys: text(),
  Tty: flag(),
  Env: list(z.string()),
  Cmd: command(),
  Privileged: flag(),
  User: text(),
  WorkingDir: text(),
  ConsoleSize: z
    .array(z.number())
    .nullish()
    .transform((value) => value ?? null),
});
export type ExecCreate = z.output<typeof execCreateSchema>;

/** The body of POST /exec/{id}/start. */
export const execStartSchema = z.object({
  Detach: flag(),
  Tty: flag(),
  ConsoleSize: z
    .array(z.number())
    .nullish()
    .transform((value) => value ?? null),
});
export type ExecStart = z.output<typeof execStartSchema>;

/** The body of POST /containers/{id}/update: the resource fields of HostConfig that may change on a live container. */
export const containerUpdateSchema = hostConfigSchema.partial();
export type ContainerUpdate = z.output<typeof containerUpdateSchema>;
