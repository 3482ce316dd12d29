import type { IpamSummary, NetworkEndpoint, NetworkSummary } from '../wire/index.ts';
import type { NetworkRecord, SubnetRecord } from './network.ts';
import type { Endpoint } from './sandbox.ts';

/** A network as the API shows it. @param containers who is on it, by the container's id; none in lists */
export function networkSummary(
  network: NetworkRecord,
  containers: Record<string, NetworkEndpoint> = {},
): NetworkSummary {
  return {
    Name: network.name,
    Id: network.id,
    Created: network.created,
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: network.enableIPv6,
    IPAM: { Driver: 'default', Options: network.ipamOptions, Config: network.subnets.map(ipamSummary) },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: containers,
    Options: network.options,
    Labels: network.labels,
  };
}

function ipamSummary({ subnet, gateway, ipRange, auxiliary }: SubnetRecord): IpamSummary {
  return {
    Subnet: subnet,
    ...(ipRange === '' ? {} : { IPRange: ipRange }),
    ...(gateway === '' ? {} : { Gateway: gateway }),
    ...(Object.keys(auxiliary).length === 0 ? {} : { AuxiliaryAddresses: auxiliary }),
  };
}

export const endpointSummary = ({ id, mac, ipv4, ipv6 }: Endpoint, name: string): NetworkEndpoint => ({
  Name: name,
  EndpointID: id,
  MacAddress: mac,
  IPv4Address: `${ipv4.address}/${ipv4.prefix}`,
  IPv6Address: ipv6 === null ? '' : `${ipv6.address}/${ipv6.prefix}`,
});
