import { isIPv6 } from 'node:net';
import type { Forward } from '../firewall/index.ts';
import { gatewayEndpoint, type Sandbox } from '../sandbox.ts';

/** How the packet filter is to lead a sandbox's published ports to it. */
export function forwardsOf({ endpoints, ports }: Pick<Sandbox, 'endpoints' | 'ports'>): Forward[] {
  const endpoint = gatewayEndpoint(endpoints);
  if (endpoint === undefined) return [];
  return ports.flatMap(({ protocol, hostIp, hostPort, containerPort }) => {
    const forward = { protocol, hostPort, containerPort };
    const any = hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::';
    const forwards: Forward[] = [];
    if (!isIPv6(hostIp)) forwards.push({ ...forward, hostIp: any ? '' : hostIp, containerIp: endpoint.ipv4.address });
    if ((hostIp === '' || isIPv6(hostIp)) && endpoint.ipv6 !== null) {
      forwards.push({ ...forward, hostIp: any ? '' : hostIp, containerIp: endpoint.ipv6.address });
    }
    return forwards;
  });
}
