/** What GET /version and parts of GET /info tell of the engine itself. */
export interface EngineVersion {
  version: string;
  /** The commit it was built from and when (RFC 3339); "" where that is not known. */
  commit: string;
  builtAt: string;
  kernel: string;
  arch: string;
  /** The OCI runtime and the monitor that holds each container's streams, with their versions. */
  parts: ReadonlyArray<{ name: string; version: string }>;
}

/** The facts that GET /info is made of. */
export interface SystemFacts {
  id: string;
  hostname: string;
  labels: readonly string[];
  dataRoot: string;
  osName: string;
  osVersion: string;
  cpus: number;
  memoryBytes: number;
  cgroup: 'v1' | 'hybrid' | 'v2';
  containers: { total: number; running: number; paused: number; stopped: number };
  images: number;
  /** The OCI runtimes by name, and which of them is used. */
  runtimes: Readonly<Record<string, string>>;
  defaultRuntime: string;
  /** The file system below the data root, such as extfs. */
  backingFileSystem: string;
  volumeDrivers: readonly string[];
  networkDrivers: readonly string[];
  logDrivers: readonly string[];
  defaultLogDriver: string;
  eventListeners: number;
  debug: boolean;
  /** What the user should know: missing kernel features, and which network a container gets. */
  warnings: readonly string[];
}

/** Docker's JSON of what takes disk space; sizes in bytes. */
interface ImageUsage {
  layersSize: number;
  images: readonly object[];
}

/** What the system routes need of the engine, volumes excepted, which have their own backend. */
export interface SystemBackend {
  version(): Promise<EngineVersion> | EngineVersion;
  facts(): Promise<SystemFacts> | SystemFacts;
  imageUsage(): Promise<ImageUsage>;
  containerUsage(): Promise<readonly object[]>;
}
