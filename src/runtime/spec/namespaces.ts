import { posix } from 'node:path';
import { invalidArgument } from '../../errors/index.ts';
import type { HostConfig } from '../../wire/index.ts';
import { cgroupAbilities } from './cgroup-abilities.ts';
import type { OciNamespace } from './oci.ts';

type NamespaceWishes = Pick<HostConfig, 'IpcMode' | 'PidMode' | 'UTSMode' | 'CgroupnsMode' | 'UsernsMode'>;

/** The host's network, one of its own with nothing but loopback, or one that is there already. */
export type NetworkNamespace = 'host' | 'none' | { path: string };

/** Where to find what a `container:ID` mode shares, as `/proc/PID/ns/…` of that container's process. */
export interface SharedNamespaces {
  ipc?: string;
  pid?: string;
}

const modes = {
  IPC: /^(|private|shareable|none|host|container:.+)$/,
  PID: /^(|host|container:.+)$/,
  UTS: /^(|host)$/,
  'cgroup namespace': /^(|private|host)$/,
  USER: /^(|host)$/,
};

/** @throws invalid-argument `invalid IPC mode: x` and the like */
export function validateNamespaces(wishes: NamespaceWishes): void {
  refuseUnless('IPC', wishes.IpcMode);
  refuseUnless('PID', wishes.PidMode);
  refuseUnless('UTS', wishes.UTSMode);
  refuseUnless('cgroup namespace', wishes.CgroupnsMode);
  refuseUnless('USER', wishes.UsernsMode);
}

function refuseUnless(kind: keyof typeof modes, mode: string): void {
  if (!modes[kind].test(mode)) throw invalidArgument(`invalid ${kind} mode: ${mode}`);
}

/** The namespaces that a container gets, new unless they have a path; what is missing is the host's. */
export function namespacesFor(
  wishes: NamespaceWishes,
  network: NetworkNamespace,
  shared: SharedNamespaces = {},
): OciNamespace[] {
  const namespaces: OciNamespace[] = [{ type: 'mount' }];
  if (network === 'none') namespaces.push({ type: 'network' });
  else if (network !== 'host') namespaces.push({ type: 'network', path: network.path });
  if (wishes.UTSMode !== 'host') namespaces.push({ type: 'uts' });
  if (wishes.PidMode !== 'host') namespaces.push(sharedOrNew('pid', wishes.PidMode, shared.pid));
  if (wishes.IpcMode !== 'host') namespaces.push(sharedOrNew('ipc', wishes.IpcMode, shared.ipc));
  if (cgroupNamespaceOf(wishes) === 'private') namespaces.push({ type: 'cgroup' });
  return namespaces;
}

function sharedOrNew(type: 'pid' | 'ipc', mode: string, path: string | undefined): OciNamespace {
  if (!mode.startsWith('container:')) return { type };
  if (path === undefined) throw invalidArgument(`cannot join ${type} namespace of ${mode}: it is not running`);
  return { type, path };
}

/** Docker's default: private where there is only the unified tree, else the host's. */
function cgroupNamespaceOf({ CgroupnsMode }: Pick<HostConfig, 'CgroupnsMode'>): 'private' | 'host' {
  if (CgroupnsMode === 'private' || CgroupnsMode === 'host') return CgroupnsMode;
  return cgroupAbilities().version === 'v2' ? 'private' : 'host';
}

/** The control group of a container, from each tree's root: `/holdfast/ID`, or beneath `CgroupParent`, never above it. */
export function cgroupPathOf(id: string, parent: string): string {
  return posix.join('/', parent === '' ? 'holdfast' : parent, id);
}
