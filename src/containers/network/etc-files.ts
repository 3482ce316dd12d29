import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayEndpoint } from '../../networks/index.ts';
import type { SpecMount } from '../../runtime/index.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { hostFile } from './host-file.ts';
import { resolvConf } from './resolv-conf.ts';

/** The three files that every container gets of its own, by their place in it and their name in its folder. */
const places = [
  { destination: '/etc/resolv.conf', file: 'resolv.conf' },
  { destination: '/etc/hostname', file: 'hostname' },
  { destination: '/etc/hosts', file: 'hosts' },
] as const;

/**
 * Writes hosts, hostname and resolv.conf into the container's folder and returns the binds that put them in place,
 * but for those whose place the user has mounted over. One that shares another's network shares its files.
 */
export function etcFileMounts(engine: Engine, container: Container, taken: ReadonlySet<string>): SpecMount[] {
  const { hostConfig } = container.record;
  const owner = networkOwner(engine, container);
  if (owner === container) writeEtcFiles(engine, container);
  const mode = hostConfig.ReadonlyRootfs ? 'ro' : 'rw';
  return places.flatMap(({ destination, file }) => {
    const source = join(owner.dir, file);
    return taken.has(destination) ? [] : [{ destination, source, type: 'bind', options: ['rbind', 'rprivate', mode] }];
  });
}

/** Writes them anew, in place since they are mounted by file: a running container that changes networks sees it at once. */
export function writeEtcFiles(engine: Engine, container: Container): void {
  const content = {
    hosts: hostsFile(engine, container),
    hostname: `${hostnameOf(engine, container)}\n`,
    'resolv.conf': resolvConf({
      hostConfig: container.record.hostConfig,
      nameServers: engine.networks.nameServersOf(container.id),
      sharesHost: container.record.hostConfig.NetworkMode === 'host',
    }),
  };
  for (const { file } of places) writeFileSync(join(container.dir, file), content[file], { mode: 0o644 });
}

/** The container whose network this one has: itself, or the one of a `container:ID` mode. */
function networkOwner(engine: Engine, container: Container): Container {
  const { NetworkMode } = container.record.hostConfig;
  return NetworkMode.startsWith('container:') ? engine.store.get(NetworkMode.slice('container:'.length)) : container;
}

/** The name the container knows itself by: the host's where it shares the host's network or UTS namespace. */
export function hostnameOf(engine: Engine, container: Container): string {
  const owner = networkOwner(engine, container);
  const { config, hostConfig } = owner.record;
  const sharesHost = hostConfig.UTSMode === 'host' || hostConfig.NetworkMode === 'host';
  const isOwnName = config.Hostname !== '' && config.Hostname !== owner.id.slice(0, 12);
  return sharesHost && !isOwnName ? hostFile('/proc/sys/kernel/hostname').trim() : config.Hostname;
}

function hostsFile(engine: Engine, container: Container): string {
  const { hostConfig, config } = container.record;
  const base =
    hostConfig.NetworkMode === 'host'
      ? hostFile('/etc/hosts')
      : '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\n' +
        'ff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n';
  const names =
    config.Domainname === '' ? config.Hostname : `${config.Hostname}.${config.Domainname} ${config.Hostname}`;
  const own = (container.sandbox?.endpoints ?? []).flatMap(({ ipv4, ipv6 }) =>
    [ipv4, ...(ipv6 === null ? [] : [ipv6])].map(({ address }) => `${address}\t${names}\n`),
  );
  return base + [...extraHosts(engine, container), ...links(engine, container), ...own].join('');
}

/** `name:address` or `name=address`; the address `host-gateway` is the host, as the container sees it. */
function extraHosts({ networks }: Engine, { record, sandbox }: Container): string[] {
  return (record.hostConfig.ExtraHosts ?? []).map((entry) => {
    const at = entry.search(/[:=]/);
    const [name, address] = [entry.slice(0, at), entry.slice(at + 1)];
    const gateway = gatewayEndpoint(sandbox?.endpoints ?? [])?.ipv4.gateway;
    return `${address === 'host-gateway' ? (gateway ?? networks.hostGateway()) : address}\t${name}\n`;
  });
}

/** `--link name:alias`: the other container's address under both of its names. */
function links({ store }: Engine, { record }: Container): string[] {
  return (record.hostConfig.Links ?? []).flatMap((link) => {
    const [name = '', alias = name] = link.split(':').map((part) => part.split('/').at(-1) ?? '');
    const other = store.get(name);
    const address = gatewayEndpoint(other.sandbox?.endpoints ?? [])?.ipv4.address;
    return address === undefined ? [] : [`${address}\t${alias} ${other.record.config.Hostname} ${other.name}\n`];
  });
}
