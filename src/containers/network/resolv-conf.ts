import type { HostConfig } from '../../wire/index.ts';
import { hostFile } from './host-file.ts';

/** Where systemd-resolved keeps the name servers that it asks itself: /etc/resolv.conf then names only a loopback address. */
const upstreamFile = '/run/systemd/resolve/resolv.conf';

/** Docker's choice where the host has no name server that a container can reach. */
const publicServers = ['8.8.8.8', '8.8.4.4'];

export interface ResolverSetup {
  hostConfig: Pick<HostConfig, 'Dns' | 'DnsSearch' | 'DnsOptions'>;
  /** Answer for the names on the container's networks; asked first. */
  nameServers: readonly string[];
  /** The container has the host's loopback. */
  sharesHost: boolean;
}

/** The content of a container's /etc/resolv.conf: its networks' name servers, then those asked for or else the host's. */
export function resolvConf({ hostConfig, nameServers, sharesHost }: ResolverSetup): string {
  const { Dns, DnsSearch, DnsOptions } = hostConfig;
  const inherited = hostFile('/etc/resolv.conf').split('\n');
  const keep = (keyword: string) => inherited.filter((line) => line.startsWith(`${keyword} `));
  const own = (keyword: string, values: string[]) =>
    values.length > 0 ? [`${keyword} ${values.join(' ')}`] : undefined;
  // The networks' servers pass on what they do not know to the host's.
  const others = Dns.length > 0 ? Dns : nameServers.length > 0 ? [] : hostServers(inherited, sharesHost);
  const lines = [
    ...[...nameServers, ...others].map((address) => `nameserver ${address}`),
    ...(own('search', DnsSearch) ?? keep('search')),
    ...(own('options', DnsOptions) ?? keep('options')),
  ];
  return `${lines.join('\n')}\n`;
}

function hostServers(lines: readonly string[], sharesHost: boolean): string[] {
  const all = serversIn(lines);
  if (sharesHost) return all;
  const reachable = all.filter(isReachable);
  if (reachable.length > 0) return reachable;
  const upstream = serversIn(hostFile(upstreamFile).split('\n')).filter(isReachable);
  return upstream.length > 0 ? upstream : publicServers;
}

const serversIn = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? []);

/** From another network namespace. */
const isReachable = (address: string): boolean => !address.startsWith('127.') && address !== '::1';
