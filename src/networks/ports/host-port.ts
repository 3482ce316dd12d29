import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import { codeOf } from '../../host/index.ts';

/** Where a published port leads. */
export interface PortTarget {
  protocol: 'tcp' | 'udp';
  containerIp: string;
  containerPort: number;
}

/** A port of this host that is ours until it is closed. */
export interface HostPort {
  close(): void;
}

/** The addresses to listen on for one that was asked for; "" is every address, of both families. */
export function listenAddresses(hostIp: string): string[] {
  if (hostIp !== '') return [hostIp];
  return existsSync('/proc/net/if_inet6') ? ['0.0.0.0', '::'] : ['0.0.0.0'];
}

/**
 * Takes a port of this host. As a rule the packet filter leads what comes past it straight to the container; what gets here
 * nevertheless (by IPv6 to a container without, or after somebody has flushed the filter) is passed on by this process.
 * @returns undefined where somebody else has the port
 * @throws what the kernel says else, EADDRNOTAVAIL for an address that this host does not have
 */
export async function takeHostPort(address: string, port: number, target: PortTarget): Promise<HostPort | undefined> {
  try {
    return await (target.protocol === 'tcp' ? takeTcp(address, port, target) : takeUdp(address, port));
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
}

function takeTcp(host: string, port: number, { containerIp, containerPort }: PortTarget): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    const container = connect({ host: containerIp, port: containerPort, allowHalfOpen: true });
    // An end that breaks ends the other; there is nobody to tell.
    pipeline(client, container, () => container.destroy());
    pipeline(container, client, () => client.destroy());
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: true, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', () => server.close());
      resolve(server);
    });
  });
}

/** Only held: UDP reaches the container by the packet filter alone. */
function takeUdp(address: string, port: number): Promise<HostPort> {
  // Asked of an IPv4 socket as well, the kernel would refuse it.
  const isIPv6 = address.includes(':');
  const socket: UdpSocket = createSocket({ type: isIPv6 ? 'udp6' : 'udp4', ipv6Only: isIPv6 });
  socket.unref();
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error').on('error', () => undefined);
      resolve({ close: () => socket.close() });
    });
  });
}
