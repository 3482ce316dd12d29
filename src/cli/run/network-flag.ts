import { invalidArgument } from '../../errors/index.ts';
import type { Flag } from '../flags/index.ts';
import { csvFields } from './csv.ts';

/** A network to join, and how. */
export interface NetworkRequest {
  name: string;
  aliases: string[];
  driverOptions: Record<string, string>;
  links: string[];
  ipv4: string;
  ipv6: string;
  linkLocal: string[];
  macAddress: string;
  gatewayPriority: number;
}

/** A network without any wishes. */
export function plainNetwork(name: string): NetworkRequest {
  return {
    name,
    aliases: [],
    driverOptions: {},
    links: [],
    ipv4: '',
    ipv6: '',
    linkLocal: [],
    macAddress: '',
    gatewayPriority: 0,
  };
}

/** `--network NAME` or `--network name=NAME,alias=…`. */
export function networkFlag(
  help: string,
  options: { hidden?: boolean; replacedBy?: string } = {},
): Flag<readonly NetworkRequest[]> {
  return {
    help,
    placeholder: 'network',
    initial: [],
    parse: (raw, previous: readonly NetworkRequest[]) => [...previous, parseNetwork(raw)],
    ...options,
  };
}

function parseNetwork(raw: string): NetworkRequest {
  if (!raw.includes('=')) return plainNetwork(raw);
  const network = plainNetwork('');
  for (const field of csvFields(raw)) readField(network, field);
  if (network.name === '') throw invalidArgument('network name/id is not specified');
  return network;
}

const READERS: Record<string, (network: NetworkRequest, value: string) => void> = {
  name: (network, value) => {
    network.name = value;
  },
  alias: (network, value) => {
    network.aliases.push(value);
  },
  ip: (network, value) => {
    network.ipv4 = value;
  },
  ip6: (network, value) => {
    network.ipv6 = value;
  },
  'mac-address': (network, value) => {
    network.macAddress = value;
  },
  'link-local-ip': (network, value) => {
    network.linkLocal.push(value);
  },
  'driver-opt': (network, value) => {
    const [key = '', ...rest] = value.split('=');
    if (rest.length === 0) throw invalidArgument('invalid key value pair format in driver options');
    network.driverOptions[key.trim().toLowerCase()] = rest.join('=').trim();
  },
  'gw-priority': (network, value) => {
    if (!/^-?\d+$/.test(value)) throw invalidArgument(`invalid gw-priority: ${value}`);
    network.gatewayPriority = Number(value);
  },
};

function readField(network: NetworkRequest, field: string): void {
  const at = field.indexOf('=');
  const key = field.slice(0, at).trim().toLowerCase();
  if (at <= 0) throw invalidArgument(`invalid field ${field}`);
  const read = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
  if (read === undefined) throw invalidArgument(`invalid field key ${key}`);
  read(network, field.slice(at + 1));
}
