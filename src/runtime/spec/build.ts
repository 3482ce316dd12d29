import type { HostConfig } from '../../wire/index.ts';
import { capabilitiesFor, capabilitySets } from './capabilities.ts';
import { devicesFor } from './devices.ts';
import { initFor } from './init.ts';
import { mountsFor, rootPropagation } from './mounts.ts';
import { type NetworkNamespace, namespacesFor, type SharedNamespaces } from './namespaces.ts';
import type { OciProcess, OciSpec, SpecMount } from './oci.ts';
import { protectedPaths } from './paths.ts';
import { resourcesFor } from './resources.ts';
import { apparmorProfile, parseSecurityOptions, type SecurityOptions, seccompFor } from './security-opt.ts';
import { sysctlsFor } from './sysctls.ts';
import { rlimitsFor } from './ulimits.ts';
import type { ResolvedUser } from './user.ts';

/** What a container's process is; `consoleSize` is Docker's `[height, width]`, in cells, [0, 0] for unset. */
export interface ProcessInput {
  args: string[];
  env: string[];
  cwd: string;
  tty: boolean;
  consoleSize?: readonly number[] | undefined;
  user: Pick<ResolvedUser, 'uid' | 'gid' | 'additionalGids'>;
  umask?: number | undefined;
}

export interface SpecInput {
  id: string;
  /** The root file system, mounted, on the host. */
  rootfs: string;
  readonlyRootfs: boolean;
  hostname: string;
  domainname: string;
  process: ProcessInput;
  /** In the order they are to be mounted. */
  mounts: SpecMount[];
  hostConfig: HostConfig;
  network: NetworkNamespace;
  /** Needed where a mode of HostConfig is `container:ID`. */
  shared?: SharedNamespaces | undefined;
  /** See `cgroupPathOf`. */
  cgroupsPath: string;
  annotations?: Record<string, string> | undefined;
}

/**
 * The OCI runtime specification of a container with Docker's defaults (moby, "oci/defaults" and "daemon/oci_linux").
 * Write it by {@link specJson}.
 * @throws what `validateHostConfig` refuses; system for a device that is not there; unavailable for a missing init
 */
export function buildSpec(input: SpecInput): OciSpec {
  const { hostConfig } = input;
  const security = parseSecurityOptions(hostConfig.SecurityOpt ?? []);
  const capabilities = capabilitiesFor(hostConfig);
  const init = initFor(hostConfig, input.process.args);
  const mounts = mountsFor(hostConfig, { ...input, mounts: [...input.mounts, ...init.mounts] });
  const annotations = { ...hostConfig.Annotations, ...input.annotations };
  return {
    ociVersion: '1.0.2',
    process: processFor(input, { security, capabilities, args: init.args }),
    root: { path: input.rootfs, readonly: input.readonlyRootfs },
    ...(hostConfig.UTSMode === 'host' || input.hostname === '' ? {} : { hostname: input.hostname }),
    mounts,
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    linux: linuxFor(input, { security, capabilities }),
  };
}

interface Derived {
  security: SecurityOptions;
  capabilities: string[];
}

function processFor(input: SpecInput, derived: Derived & { args: string[] }): OciProcess {
  const { process, hostConfig } = input;
  const { rlimits } = rlimitsFor(hostConfig.Ulimits);
  const apparmor = apparmorProfile(derived.security.apparmor);
  return {
    terminal: process.tty,
    ...consoleSizeOf(process.tty, process.consoleSize),
    user: userOf(process.user, process.umask),
    args: derived.args,
    env: process.env,
    cwd: process.cwd === '' ? '/' : process.cwd,
    capabilities: capabilitySets(derived.capabilities, process.user.uid),
    ...(rlimits.length === 0 ? {} : { rlimits }),
    noNewPrivileges: derived.security.noNewPrivileges,
    ...(apparmor === undefined ? {} : { apparmorProfile: apparmor }),
    oomScoreAdj: hostConfig.OomScoreAdj,
  };
}

/** Nothing but what the specification knows: a resolved user has a home too. */
export function userOf(user: ProcessInput['user'], umask?: number | undefined): OciProcess['user'] {
  const { uid, gid, additionalGids } = user;
  return { uid, gid, additionalGids, ...(umask === undefined ? {} : { umask }) };
}

/** A terminal gets its size from the start only where one is known. */
export function consoleSizeOf(tty: boolean, size: readonly number[] | undefined): Pick<OciProcess, 'consoleSize'> {
  const [height = 0, width = 0] = size ?? [];
  return tty && height > 0 && width > 0 ? { consoleSize: { height, width } } : {};
}

function linuxFor(input: SpecInput, { security, capabilities }: Derived): OciSpec['linux'] {
  const { hostConfig, network } = input;
  const paths = protectedPaths(hostConfig, security.unconfinedPaths);
  const { devices, rules } = devicesFor(hostConfig);
  const seccomp = seccompFor(security.seccomp, hostConfig, capabilities);
  const propagation = rootPropagation(input.mounts);
  return {
    cgroupsPath: input.cgroupsPath,
    namespaces: namespacesFor(hostConfig, network, input.shared),
    devices,
    resources: { ...resourcesFor(hostConfig), devices: rules },
    sysctl: sysctlsFor(hostConfig, input),
    maskedPaths: paths.masked,
    readonlyPaths: paths.readonly,
    ...(propagation === undefined ? {} : { rootfsPropagation: propagation }),
    ...(seccomp === undefined ? {} : { seccomp }),
  };
}
