import { MAX_API_VERSION, MIN_API_VERSION, type SystemVersion } from '../../../wire/index.ts';
import type { EngineVersion, SystemFacts } from './backend.ts';

/** Clients print this as the Go version; there is no Go here, and saying which Node it is helps whoever reads a report. */
const RUNTIME = `node${process.versions.node}`;

/** GET /version. */
export function versionAnswer(engine: EngineVersion): SystemVersion {
  const details = {
    ApiVersion: MAX_API_VERSION,
    Arch: archOf(engine.arch),
    BuildTime: engine.builtAt,
    Experimental: 'false',
    GitCommit: engine.commit,
    GoVersion: RUNTIME,
    KernelVersion: engine.kernel,
    MinAPIVersion: MIN_API_VERSION,
    Os: 'linux',
  };
  const parts = engine.parts.map(({ name, version }) => ({ Name: name, Version: version, Details: { GitCommit: '' } }));
  return {
    Platform: { Name: 'Holdfast' },
    Components: [{ Name: 'Engine', Version: engine.version, Details: details }, ...parts],
    Version: engine.version,
    ApiVersion: MAX_API_VERSION,
    MinAPIVersion: MIN_API_VERSION,
    GitCommit: engine.commit,
    GoVersion: RUNTIME,
    Os: 'linux',
    Arch: archOf(engine.arch),
    KernelVersion: engine.kernel,
    BuildTime: engine.builtAt,
  };
}

/** GET /info (API 1.24 to 1.50). What this engine has no notion of is answered as Docker does where it is switched off. */
export function infoAnswer(facts: SystemFacts, engine: EngineVersion): object {
  return {
    ID: facts.id,
    Containers: facts.containers.total,
    ContainersRunning: facts.containers.running,
    ContainersPaused: facts.containers.paused,
    ContainersStopped: facts.containers.stopped,
    Images: facts.images,
    Driver: 'overlay2',
    DriverStatus: [
      ['Backing Filesystem', facts.backingFileSystem],
      ['Supports d_type', 'true'],
      ['Native Overlay Diff', 'true'],
    ],
    Plugins: {
      Volume: facts.volumeDrivers,
      Network: facts.networkDrivers,
      Authorization: null,
      Log: facts.logDrivers,
    },
    ...resourceSupport,
    Debug: facts.debug,
    NFd: 0,
    NGoroutines: 0,
    SystemTime: new Date().toISOString(),
    LoggingDriver: facts.defaultLogDriver,
    CgroupDriver: 'cgroupfs',
    CgroupVersion: facts.cgroup === 'v2' ? '2' : '1',
    NEventsListener: facts.eventListeners,
    KernelVersion: engine.kernel,
    OperatingSystem: facts.osName,
    OSVersion: facts.osVersion,
    OSType: 'linux',
    Architecture: unameArch(engine.arch),
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: registryConfig,
    NCPU: facts.cpus,
    MemTotal: facts.memoryBytes,
    GenericResources: null,
    DockerRootDir: facts.dataRoot,
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: facts.hostname,
    Labels: facts.labels,
    ExperimentalBuild: false,
    ServerVersion: engine.version,
    Runtimes: Object.fromEntries(Object.entries(facts.runtimes).map(([name, path]) => [name, { path }])),
    DefaultRuntime: facts.defaultRuntime,
    Swarm: noSwarm,
    LiveRestoreEnabled: true,
    Isolation: '',
    InitBinary: 'tini',
    ContainerdCommit: { ID: '', Expected: '' },
    RuncCommit: { ID: '', Expected: '' },
    InitCommit: { ID: '', Expected: '' },
    SecurityOptions: ['name=seccomp,profile=builtin'],
    ProductLicense: 'Apache-2.0',
    CDISpecDirs: [],
    Warnings: facts.warnings,
  };
}

const resourceSupport = {
  MemoryLimit: true,
  SwapLimit: true,
  KernelMemoryTCP: false,
  CpuCfsPeriod: true,
  CpuCfsQuota: true,
  CPUShares: true,
  CPUSet: true,
  PidsLimit: true,
  IPv4Forwarding: true,
  BridgeNfIptables: false,
  BridgeNfIp6tables: false,
  OomKillDisable: false,
};

const registryConfig = {
  AllowNondistributableArtifactsCIDRs: null,
  AllowNondistributableArtifactsHostnames: null,
  InsecureRegistryCIDRs: ['127.0.0.0/8', '::1/128'],
  IndexConfigs: { 'docker.io': { Name: 'docker.io', Mirrors: [], Secure: true, Official: true } },
  Mirrors: [],
};

const noSwarm = {
  NodeID: '',
  NodeAddr: '',
  LocalNodeState: 'inactive',
  ControlAvailable: false,
  Error: '',
  RemoteManagers: null,
};

/** Go's name of an architecture, as /version has it; Node's and uname's differ from it and from each other. */
const GO_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', x86_64: 'amd64', aarch64: 'arm64', ia32: '386' };
const UNAME_ARCH: Readonly<Record<string, string>> = { x64: 'x86_64', amd64: 'x86_64', arm64: 'aarch64' };

const archOf = (arch: string): string => GO_ARCH[arch] ?? arch;
const unameArch = (arch: string): string => UNAME_ARCH[arch] ?? arch;
