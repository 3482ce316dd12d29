import { isIP } from 'node:net';
import { invalidArgument } from '../../errors/index.ts';
import { type FlagValues, list, text, toggle } from '../flags/index.ts';
import { orNull } from './isolation-flags.ts';
import { type NetworkRequest, networkFlag, plainNetwork } from './network-flag.ts';
import { readExposed, readPublished } from './ports.ts';

/** Flags for networks, names and ports. */
export const NETWORK_FLAGS = {
  'add-host': list('Add a custom host-to-IP mapping (host:ip)', { check: checkHost }),
  dns: list('Set custom DNS servers', { check: checkAddress }),
  'dns-opt': list('', { hidden: true }),
  'dns-option': list('Set DNS options'),
  'dns-search': list('Set custom DNS search domains'),
  expose: list('Expose a port or a range of ports'),
  ip: text('IPv4 address (e.g., 172.30.100.104)'),
  ip6: text('IPv6 address (e.g., 2001:db8::33)'),
  link: list('Add link to another container', { check: checkLink }),
  'link-local-ip': list('Container IPv4/IPv6 link-local addresses'),
  'mac-address': text('Container MAC address (e.g., 92:d0:c6:0a:29:33)'),
  net: networkFlag('', { hidden: true }),
  'net-alias': list('', { hidden: true }),
  network: networkFlag('Connect a container to a network'),
  'network-alias': list('Add network-scoped alias for the container'),
  publish: list("Publish a container's port(s) to the host", { short: 'p' }),
  'publish-all': toggle('Publish all exposed ports to random ports', { short: 'P' }),
};

type Values = FlagValues<typeof NETWORK_FLAGS>;

/** `host:ip` with the address unbracketed; host-gateway is the daemon's to fill in. */
function checkHost(raw: string): string {
  const at = raw.search(/[:=]/);
  const name = raw.slice(0, at);
  const address = raw.slice(at + 1).replace(/^\[(.*)\]$/, '$1');
  if (at <= 0) throw invalidArgument(`bad format for add-host: ${JSON.stringify(raw)}`);
  if (address !== 'host-gateway' && isIP(address) === 0) {
    throw invalidArgument(`invalid IP address in add-host: ${JSON.stringify(address)}`);
  }
  return `${name}:${address}`;
}

function checkAddress(raw: string): string {
  if (isIP(raw.trim()) === 0) throw invalidArgument(`IP address is not correctly formatted: ${raw}`);
  return raw.trim();
}

function checkLink(raw: string): string {
  if (raw === '') throw invalidArgument('empty string specified for links');
  if (raw.split(':').length > 2) throw invalidArgument(`bad format for links: ${raw}`);
  return raw;
}

/** The fields of the request for networking. @throws invalid-argument in docker's words. */
export function networking(values: Values) {
  const networks = networksOf(values);
  const bindings = readPublished(values.publish);
  const exposed = [...Object.keys(bindings), ...readExposed(values.expose)];
  return {
    // Docker leaves ExposedPorts out where there are none.
    config: exposed.length === 0 ? {} : { ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])) },
    hostConfig: {
      NetworkMode: networks[0]?.name ?? 'default',
      PortBindings: bindings,
      PublishAllPorts: values['publish-all'],
      Dns: values.dns,
      DnsOptions: [...values['dns-option'], ...values['dns-opt']],
      DnsSearch: values['dns-search'],
      ExtraHosts: orNull(values['add-host']),
      Links: orNull(values.link),
    },
    networkingConfig: { EndpointsConfig: endpoints(networks) },
  };
}

/** Networks that are no network of their own need no endpoint. */
function endpoints(networks: readonly NetworkRequest[]): Record<string, object> {
  const joined = networks.filter(({ name }) => name !== 'host' && name !== 'none' && !name.startsWith('container:'));
  return Object.fromEntries(joined.map((network) => [network.name, endpoint(network)]));
}

/** The networks to join; wishes given beside them belong to the first. */
function networksOf(values: Values): NetworkRequest[] {
  const asked = [...values.network, ...values.net];
  const [first = plainNetwork('default'), ...others] = asked;
  const aliases = [...values['network-alias'], ...values['net-alias']];
  refuseTwice(first, { aliases, values });
  const mac = values['mac-address'];
  if (mac !== '' && !/^[\da-f]{2}([:-][\da-f]{2}){5}$/i.test(mac))
    throw invalidArgument(`${mac} is not a valid mac address`);
  const whole: NetworkRequest = {
    ...first,
    aliases: [...first.aliases, ...aliases],
    links: [...first.links, ...values.link],
    ipv4: first.ipv4 || values.ip,
    ipv6: first.ipv6 || values.ip6,
    linkLocal: [...first.linkLocal, ...values['link-local-ip']],
    macAddress: first.macAddress || mac,
  };
  const isPredefined =
    ['default', 'host', 'none', 'bridge'].includes(whole.name) || whole.name.startsWith('container:');
  if (isPredefined && whole.aliases.length > 0) {
    throw invalidArgument('network-scoped aliases are only supported for user-defined networks');
  }
  const networks = [isPredefined ? { ...whole, links: [] } : whole, ...others];
  refuseTogether(networks);
  return networks;
}

/** A container on several networks has a namespace of its own, and one place on each. */
function refuseTogether(networks: readonly NetworkRequest[]): void {
  if (networks.length < 2) return;
  const names = networks.map(({ name }) => name);
  if (names.some((name) => name === 'host' || name === 'none' || name.startsWith('container:'))) {
    throw invalidArgument('conflicting options: cannot attach both user-defined and non-user-defined network-modes');
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalidArgument(`network "${twice}" is specified multiple times`);
}

function refuseTwice(first: NetworkRequest, { aliases, values }: { aliases: readonly string[]; values: Values }): void {
  const twice: [boolean, string, string][] = [
    [first.aliases.length > 0 && aliases.length > 0, '--network-alias', 'alias'],
    [first.ipv4 !== '' && values.ip !== '', '--ip', 'IPv4 address'],
    [first.ipv6 !== '' && values.ip6 !== '', '--ip6', 'IPv6 address'],
    [first.macAddress !== '' && values['mac-address'] !== '', '--mac-address', 'MAC address'],
    [first.linkLocal.length > 0 && values['link-local-ip'].length > 0, '--link-local-ip', 'link-local IP addresses'],
  ];
  const found = twice.find(([isTwice]) => isTwice);
  if (found !== undefined) {
    throw invalidArgument(`conflicting options: cannot specify both ${found[1]} and per-network ${found[2]}`);
  }
}

/** An endpoint as Docker's client sends it, with what only the engine fills in left empty. */
export function endpoint(network: NetworkRequest) {
  const ipam = {
    ...(network.ipv4 === '' ? {} : { IPv4Address: network.ipv4 }),
    ...(network.ipv6 === '' ? {} : { IPv6Address: network.ipv6 }),
    ...(network.linkLocal.length === 0 ? {} : { LinkLocalIPs: network.linkLocal }),
  };
  return {
    IPAMConfig: Object.keys(ipam).length === 0 ? null : ipam,
    Links: orNull(network.links),
    Aliases: orNull(network.aliases),
    MacAddress: network.macAddress,
    DriverOpts: Object.keys(network.driverOptions).length === 0 ? null : network.driverOptions,
    GwPriority: network.gatewayPriority,
    NetworkID: '',
    EndpointID: '',
    Gateway: '',
    IPAddress: '',
    IPPrefixLen: 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}
