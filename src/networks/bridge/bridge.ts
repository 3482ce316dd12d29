import { conflict, messageOf, systemError } from '../../errors/index.ts';
import { findProgram, run, setSysctl } from '../../host/index.ts';
import { parseSubnet } from '../addresses/index.ts';
import { bridgeOption } from '../create.ts';
import type { NetworkRecord } from '../network.ts';
import { ipBatch } from './ip-batch.ts';
import { aliasOf, isOwnLink, linkExists } from './links.ts';

/**
 * Makes a network's bridge, with the gateways' addresses on it. One of ours that is there already is made anew, since a
 * crash may have left it half made: only to be called while no container is on it.
 * @param tag the engine's mark on its links
 * @throws conflict where somebody else has a link of that name; system with the kernel's reason
 */
export async function raiseBridge(network: NetworkRecord, tag: string): Promise<void> {
  const { bridge } = network;
  if (linkExists(bridge) && !isOwnLink(bridge, tag)) {
    throw conflict(`network ${network.name}: a link named ${bridge} is there already and is not of this engine`);
  }
  try {
    if (linkExists(bridge)) await lowerBridge(bridge);
    forwardPackets(network);
    await ipBatch([
      `link add name ${bridge} type bridge`,
      // At once after it was made: a crash must not leave a link that nobody knows as ours.
      `link set ${bridge} alias ${aliasOf(tag)}`,
      ...network.subnets.map(
        ({ subnet, gateway }) => `addr add ${gateway}/${parseSubnet(subnet).prefix} dev ${bridge} nodad`,
      ),
      `link set ${bridge} ${mtuOf(network)}up`,
    ]);
    // So that a port published on 127.0.0.1 can lead into the bridge; the firewall keeps the way back closed.
    setSysctl(`net/ipv4/conf/${bridge}/route_localnet`, '1');
    await openForwardChain(bridge);
  } catch (error) {
    await lowerBridge(bridge).catch(() => undefined);
    throw systemError(`cannot set up network ${network.name}: ${messageOf(error)}`, error);
  }
}

/** Takes a bridge away; one that is not there is fine. */
export async function lowerBridge(bridge: string): Promise<void> {
  await closeForwardChain(bridge);
  if (linkExists(bridge)) await ipBatch([`link delete ${bridge}`]);
}

function forwardPackets({ internal, enableIPv6 }: NetworkRecord): void {
  if (internal) return;
  setSysctl('net/ipv4/ip_forward', '1');
  if (enableIPv6) setSysctl('net/ipv6/conf/all/forwarding', '1');
}

export function mtuOf({ options }: NetworkRecord): string {
  const mtu = options[bridgeOption.mtu];
  return mtu !== undefined && /^\d{2,5}$/.test(mtu) ? `mtu ${mtu} ` : '';
}

/*
 * A packet has to pass every filter of the host. Where an iptables firewall (ufw, Docker) drops what is to be forwarded, our
 * own table's word is not enough: the bridge is let through there, and filtered by our table alone.
 */

const forwardRules = (bridge: string): string[][] => [
  ['FORWARD', '-i', bridge, '-m', 'comment', '--comment', 'holdfast', '-j', 'ACCEPT'],
  ['FORWARD', '-o', bridge, '-m', 'comment', '--comment', 'holdfast', '-j', 'ACCEPT'],
];

async function openForwardChain(bridge: string): Promise<void> {
  if (findProgram('iptables') === undefined) return;
  const { stdout, exitCode } = await run(['iptables', '-w', '-S', 'FORWARD'], { okCodes: [0, 1, 2, 3, 4] });
  if (exitCode !== 0 || !stdout.includes('-P FORWARD DROP')) return;
  for (const rule of forwardRules(bridge)) await run(['iptables', '-w', '-I', ...rule]);
}

async function closeForwardChain(bridge: string): Promise<void> {
  if (findProgram('iptables') === undefined) return;
  const { stdout } = await run(['iptables', '-w', '-S', 'FORWARD'], { okCodes: [0, 1, 2, 3, 4] });
  if (!stdout.includes(` ${bridge} `)) return;
  for (const rule of forwardRules(bridge)) await run(['iptables', '-w', '-D', ...rule], { okCodes: [0, 1] });
}
