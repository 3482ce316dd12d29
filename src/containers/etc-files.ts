import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SpecMount } from '../runtime/index.ts';
import type { Container } from './container.ts';

/** The three files that every container gets of its own, by their place in it and their name in its folder. */
const places = [
  { destination: '/etc/resolv.conf', file: 'resolv.conf' },
  { destination: '/etc/hostname', file: 'hostname' },
  { destination: '/etc/hosts', file: 'hosts' },
] as const;

/**
 * Writes hosts, hostname and resolv.conf into the container's folder and returns the binds that put them in place,
 * but for those whose place the user has mounted over.
 */
export function etcFileMounts(container: Container, taken: ReadonlySet<string>): SpecMount[] {
  const content = {
    hosts: hostsFile(container),
    hostname: `${hostnameOf(container)}\n`,
    'resolv.conf': resolvConf(container),
  };
  const mode = container.record.hostConfig.ReadonlyRootfs ? 'ro' : 'rw';
  return places.flatMap(({ destination, file }) => {
    const source = join(container.dir, file);
    writeFileSync(source, content[file], { mode: 0o644 });
    return taken.has(destination) ? [] : [{ destination, source, type: 'bind', options: ['rbind', 'rprivate', mode] }];
  });
}

/** The name the container knows itself by: the host's where it shares the host's network or UTS namespace. */
export function hostnameOf(container: Container): string {
  const { config, hostConfig } = container.record;
  const sharesHost = hostConfig.UTSMode === 'host' || hostConfig.NetworkMode === 'host';
  const isOwnName = config.Hostname !== '' && config.Hostname !== container.id.slice(0, 12);
  return sharesHost && !isOwnName ? hostFile('/proc/sys/kernel/hostname').trim() : config.Hostname;
}

function hostsFile(container: Container): string {
  const { hostConfig } = container.record;
  const base =
    hostConfig.NetworkMode === 'host'
      ? hostFile('/etc/hosts')
      : '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\n' +
        'ff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n';
  const extra = (hostConfig.ExtraHosts ?? []).map((entry) => {
    const at = entry.indexOf(':');
    return `${entry.slice(at + 1)}\t${entry.slice(0, at)}\n`;
  });
  return base + extra.join('');
}

function resolvConf(container: Container): string {
  const { Dns, DnsSearch, DnsOptions } = container.record.hostConfig;
  const inherited = hostFile('/etc/resolv.conf').split('\n');
  const keep = (keyword: string) => inherited.filter((line) => line.startsWith(`${keyword} `));
  const own = (keyword: string, values: string[]) =>
    values.length > 0 ? [`${keyword} ${values.join(' ')}`] : undefined;
  const lines = [
    ...(Dns.length > 0 ? Dns.map((address) => `nameserver ${address}`) : keep('nameserver')),
    ...(own('search', DnsSearch) ?? keep('search')),
    ...(own('options', DnsOptions) ?? keep('options')),
  ];
  return `${lines.join('\n')}\n`;
}

function hostFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A host without the file: the container gets an empty one.
    return '';
  }
}
