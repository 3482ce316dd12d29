import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMountpoint, unmount } from '../../host/index.ts';
import { ipBatch } from './ip-batch.ts';
import { aliasOf } from './links.ts';

/** A container's end of a network, in the terms of ip(8). */
export interface Wire {
  /** In the container: `eth0` and so on. */
  inside: string;
  /** On the host, where it is plugged into the bridge. */
  outside: string;
  bridge: string;
  mac: string;
  /** With their prefix lengths. */
  addresses: readonly string[];
  /** Where the default routes lead; none for a network that is not the way out. */
  gateways: readonly string[];
  mtu: string;
}

/**
 * Makes a network namespace, kept by a mount on `path`, with its loopback and the wires plugged in.
 * @throws system with the kernel's reason; what was made goes with {@link removeNamespace}.
 */
export async function makeNamespace(path: string, wires: readonly Wire[], tag: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'wx', 0o600));
  // One process makes the namespace, and in it everything but what has to be done on the host's side.
  await ipBatch(['link set lo up', ...wires.flatMap(insideCommands)], ['unshare', `--net=${path}`, '--']);
  if (wires.length > 0) await ipBatch(wires.flatMap((wire) => outsideCommands(wire, tag)));
}

/** Plugs one more wire into a namespace. */
export async function plugIn(path: string, wire: Wire, tag: string): Promise<void> {
  await ipBatch(insideCommands(wire), ['nsenter', `--net=${path}`, '--']);
  await ipBatch(outsideCommands(wire, tag));
}

/** Takes a wire away, by its inner end: so it is done at once, and the other end goes with it. */
export async function unplug(path: string, { inside }: Pick<Wire, 'inside'>): Promise<void> {
  await ipBatch([`link delete ${inside}`], ['nsenter', `--net=${path}`, '--']);
}

/** Changes where the namespace's default routes lead; none takes them away. */
export async function routeBy(path: string, gateways: readonly string[]): Promise<void> {
  const commands = ['route flush default', ...gateways.map((gateway) => `route replace default via ${gateway}`)];
  await ipBatch(commands, ['nsenter', `--net=${path}`, '--']);
}

/** The namespace ends with its last process; its links go with it. */
export function removeNamespace(path: string): void {
  if (isMountpoint(path)) unmount(path, { detach: true });
  rmSync(path, { force: true });
}

/** The outer end is made in the namespace of this process, which is the host's. */
function insideCommands({ inside, outside, mac, addresses, gateways, mtu }: Wire): string[] {
  return [
    `link add ${inside} address ${mac} type veth peer name ${outside} netns ${process.pid}`,
    ...addresses.map((address) => `addr add ${address} dev ${inside} nodad`),
    // No link-local IPv6 address of its own accord.
    `link set ${inside} ${mtu}addrgenmode none up`,
    ...gateways.map((gateway) => `route add default via ${gateway}`),
  ];
}

/** Hairpin: what a container sends to itself by way of a published port comes back through the plug it left by. */
function outsideCommands({ outside, bridge, mtu }: Wire, tag: string): string[] {
  return [
    `link set ${outside} alias ${aliasOf(tag)} ${mtu}master ${bridge} addrgenmode none up`,
    `link set ${outside} type bridge_slave hairpin on`,
  ];
}
