import type { RegistryAuth } from './auth.ts';

/** A limit of the kernel, as `ulimits` of POST /build has them; -1 is none. */
export interface BuildUlimit {
  Name: string;
  Soft: number;
  Hard: number;
}

/** What limits the commands of a build; 0 and '' where nothing was asked. Memory and shm in bytes, times in microseconds. */
export interface BuildLimits {
  memory: number;
  memorySwap: number;
  cpuShares: number;
  cpuPeriod: number;
  cpuQuota: number;
  cpusetCpus: string;
  cpusetMems: string;
  cgroupParent: string;
  shmSize: number;
  ulimits: readonly BuildUlimit[];
}

/** The query of POST /build, decoded (API 1.24 to 1.50). */
export interface BuildRequest {
  /** Path of the Dockerfile in the context. */
  dockerfile: string;
  tags: readonly string[];
  /** null declares an argument without giving it a value: its default stands. */
  buildArgs: Readonly<Record<string, string | null>>;
  labels: Readonly<Record<string, string>>;
  /** The stage to stop after; '' for the last. */
  target: string;
  noCache: boolean;
  /** Asks registries for newer base images, also where one is here. */
  pull: boolean;
  /** Tells the id alone, or why there is none. */
  quiet: boolean;
  networkMode: string;
  /** `host:address` each. */
  extraHosts: readonly string[];
  /** `os/arch[/variant]`; '' for this machine's. */
  platform: string;
  limits: BuildLimits;
  /** Credentials by the registry's address; never to be logged. */
  auths: Readonly<Record<string, RegistryAuth>>;
}
