import { randomBytes } from 'node:crypto';
import { invalidArgument } from '../errors/index.ts';
import type { Lease } from './addresses/index.ts';
import { parseAddress } from './addresses/index.ts';
import { mtuOf, type Wire } from './bridge/index.ts';
import type { NetworkRecord } from './network.ts';
import type { Endpoint, EndpointRequest } from './sandbox.ts';

/** What an endpoint is made of besides its network. */
export interface EndpointParts {
  request: EndpointRequest;
  lease: Lease;
  /** The sandbox. */
  id: string;
  /** Which of its links this is. */
  index: number;
}

/** @throws invalid-argument for a hardware address that is none */
export function newEndpoint(network: NetworkRecord, { request, lease, id, index }: EndpointParts): Endpoint {
  const endpointId = randomBytes(32).toString('hex');
  return {
    networkId: network.id,
    networkName: network.name,
    id: endpointId,
    inside: `eth${index}`,
    outside: `hv${endpointId.slice(0, 12)}`,
    mac: request.mac === '' ? macOf(lease.ipv4.address) : checkedMac(request.mac),
    ...lease,
    names: [...new Set([...request.names, id.slice(0, 12)])],
    gatewayPriority: request.gatewayPriority,
  };
}

/** The hardware address goes with the IP address, so that neighbours' tables stay right when both are used anew. */
function macOf(ipv4: string): string {
  const { value } = parseAddress(ipv4);
  const hex = value.toString(16).padStart(8, '0');
  return ['02', '42', ...(hex.match(/../g) ?? [])].join(':');
}

function checkedMac(mac: string): string {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac)) throw invalidArgument(`invalid MAC address: ${mac}`);
  return mac.toLowerCase();
}

/** The link that an endpoint stands for. @param gateways where its default routes lead */
export function wireOf(network: NetworkRecord, endpoint: Endpoint, gateways: readonly string[]): Wire {
  const { ipv4, ipv6 } = endpoint;
  return {
    inside: endpoint.inside,
    outside: endpoint.outside,
    bridge: network.bridge,
    mac: endpoint.mac,
    addresses: [ipv4, ...(ipv6 === null ? [] : [ipv6])].map(({ address, prefix }) => `${address}/${prefix}`),
    gateways,
    mtu: mtuOf(network),
  };
}

/** Where packets for elsewhere go from an endpoint. */
export function gatewaysOf({ ipv4, ipv6 }: Endpoint): string[] {
  return [ipv4.gateway, ipv6?.gateway ?? ''].filter((gateway) => gateway !== '');
}

/** The number of a further link: one above the highest there is, so that no name comes back while a packet may be under way. */
export function nextIndex(endpoints: readonly Endpoint[]): number {
  return Math.max(-1, ...endpoints.map(({ inside }) => Number(inside.slice(3)))) + 1;
}
