import * as z from 'zod';
import { command, flag, list, map, nullableList, number, text } from './lenient.ts';
import { mountSchema } from './mount.ts';
import { endpointConfigSchema } from './network.ts';

// Made once: schemas are dear to make, and these stand in dozens of fields.
const strings = list(z.string());
const stringsOrNull = nullableList(z.string());
const stringMap = map(z.string());

/** A health check as images and containers carry it; durations in nanoseconds. */
const healthcheckSchema = z.object({
  Test: stringsOrNull,
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
  Env: strings,
  Cmd: command(),
  Entrypoint: command(),
  Image: text(),
  Volumes: map(z.unknown()),
  WorkingDir: text(),
  Labels: stringMap,
  Healthcheck: healthcheckSchema.nullish().transform((value) => value ?? null),
  NetworkDisabled: flag(),
  MacAddress: text(),
  OnBuild: stringsOrNull,
  StopSignal: text(),
  StopTimeout: z
    .number()
    .nullish()
    .transform((value) => value ?? null),
  Shell: stringsOrNull,
});
export type ContainerConfig = z.output<typeof containerConfigSchema>;

const ulimitSchema = z.object({ Name: text(), Soft: number(), Hard: number() });
const deviceSchema = z.object({ PathOnHost: text(), PathInContainer: text(), CgroupPermissions: text() });
const portBindingSchema = z.object({ HostIp: text(), HostPort: text() });
const restartPolicySchema = z.object({ Name: text(), MaximumRetryCount: number() });
const logConfigSchema = z.object({ Type: text(), Config: stringMap });

/** What of a container depends on the host: Docker's `HostConfig`. Sizes in bytes, -1 or 0 meaning unset as noted. */
export const hostConfigSchema = z.object({
  Binds: stringsOrNull,
  ContainerIDFile: text(),
  LogConfig: logConfigSchema.nullish().transform((value) => value ?? { Type: '', Config: {} }),
  NetworkMode: text(),
  PortBindings: map(nullableList(portBindingSchema)),
  RestartPolicy: restartPolicySchema.nullish().transform((value) => value ?? { Name: '', MaximumRetryCount: 0 }),
  AutoRemove: flag(),
  VolumeDriver: text(),
  VolumesFrom: stringsOrNull,
  Mounts: list(mountSchema),
  ConsoleSize: z
    .array(z.number())
    .nullish()
    .transform((value) => value ?? [0, 0]),
  Annotations: stringMap,
  CapAdd: stringsOrNull,
  CapDrop: stringsOrNull,
  CgroupnsMode: text(),
  Dns: strings,
  DnsOptions: strings,
  DnsSearch: strings,
  ExtraHosts: stringsOrNull,
  GroupAdd: stringsOrNull,
  IpcMode: text(),
  Cgroup: text(),
  Links: stringsOrNull,
  OomScoreAdj: number(),
  PidMode: text(),
  Privileged: flag(),
  PublishAllPorts: flag(),
  ReadonlyRootfs: flag(),
  SecurityOpt: stringsOrNull,
  StorageOpt: stringMap,
  Tmpfs: stringMap,
  UTSMode: text(),
  UsernsMode: text(),
  ShmSize: number(),
  Sysctls: stringMap,
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
  DeviceCgroupRules: stringsOrNull,
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
  MaskedPaths: stringsOrNull,
  ReadonlyPaths: stringsOrNull,
});
export type HostConfig = z.output<typeof hostConfigSchema>;

/** The body of POST /containers/create: `Config` with `HostConfig` and `NetworkingConfig` beside its own fields. */
export const containerCreateSchema = containerConfigSchema.extend({
  HostConfig: hostConfigSchema.nullish().transform((value) => value ?? hostConfigSchema.parse({})),
  NetworkingConfig: z
    .object({ EndpointsConfig: map(endpointConfigSchema.nullish()) })
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
  Env: strings,
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
