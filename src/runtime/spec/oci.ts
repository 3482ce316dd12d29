/**
 * The parts of the OCI runtime specification (1.0.2, config.md and config-linux.md) that Holdfast writes. Numbers are
 * what the specification says: bytes, microseconds, ids.
 */
export interface OciSpec {
  ociVersion: string;
  process: OciProcess;
  root: { path: string; readonly: boolean };
  hostname?: string;
  mounts: SpecMount[];
  annotations?: Record<string, string>;
  linux: OciLinux;
}

/** What runs and as whom; also the whole of what `exec` hands to the runtime. */
export interface OciProcess {
  terminal: boolean;
  consoleSize?: { height: number; width: number };
  user: OciUser;
  args: string[];
  env: string[];
  cwd: string;
  capabilities?: OciCapabilities;
  rlimits?: OciRlimit[];
  noNewPrivileges: boolean;
  apparmorProfile?: string;
  oomScoreAdj?: number;
}

interface OciUser {
  uid: number;
  gid: number;
  additionalGids?: number[];
  umask?: number;
}

export interface OciCapabilities {
  bounding: string[];
  effective: string[];
  permitted: string[];
}

export interface OciRlimit {
  type: string;
  soft: number;
  hard: number;
}

/** One entry of the mount list, already resolved: `source` is a path on the host for a bind. */
export interface SpecMount {
  destination: string;
  type: string;
  source: string;
  options: string[];
}

interface OciLinux {
  cgroupsPath: string;
  namespaces: OciNamespace[];
  devices: OciDevice[];
  resources: OciResources;
  sysctl: Record<string, string>;
  maskedPaths: string[];
  readonlyPaths: string[];
  rootfsPropagation?: string;
  seccomp?: OciSeccomp;
}

export interface OciNamespace {
  type: 'mount' | 'network' | 'uts' | 'pid' | 'ipc' | 'cgroup' | 'user';
  path?: string;
}

export interface OciDevice {
  path: string;
  type: string;
  major?: number;
  minor?: number;
  fileMode?: number;
  uid?: number;
  gid?: number;
}

export interface OciDeviceRule {
  allow: boolean;
  type?: string;
  major?: number;
  minor?: number;
  access: string;
}

export interface OciResources {
  devices?: OciDeviceRule[];
  memory?: OciMemory;
  cpu?: OciCpu;
  pids?: { limit: number };
  blockIO?: { weight: number };
}

export interface OciMemory {
  limit?: number;
  reservation?: number;
  swap?: number;
  kernel?: number;
  kernelTCP?: number;
  swappiness?: number;
  disableOOMKiller?: boolean;
}

export interface OciCpu {
  shares?: number;
  quota?: number;
  period?: number;
  realtimeRuntime?: number;
  realtimePeriod?: number;
  cpus?: string;
  mems?: string;
}

export interface OciSeccomp {
  defaultAction: string;
  defaultErrnoRet?: number;
  architectures: string[];
  flags?: string[];
  listenerPath?: string;
  listenerMetadata?: string;
  syscalls: OciSyscall[];
}

interface OciSyscall {
  names: string[];
  action: string;
  errnoRet?: number;
  args?: OciSyscallArg[];
}

interface OciSyscallArg {
  index: number;
  value: number;
  valueTwo?: number;
  op: string;
}
