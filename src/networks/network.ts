import { createHash } from 'node:crypto';

/** One range of addresses of a network, in text: CIDR form, and plain addresses. */
export interface SubnetRecord {
  subnet: string;
  /** The bridge's own address: where containers send what is not for the subnet. "" in networks without one. */
  gateway: string;
  /** Where addresses are taken from; "" for the whole subnet. */
  ipRange: string;
  /** Addresses that no container gets, by what they are for. */
  auxiliary: Record<string, string>;
}

/** A network: fixed when it is created. */
export interface NetworkRecord {
  schemaVersion: 1;
  /** 64 lowercase hex digits. */
  id: string;
  name: string;
  driver: 'bridge' | 'host' | 'null';
  /** RFC 3339. */
  created: string;
  /** Without a way out of the host. */
  internal: boolean;
  attachable: boolean;
  enableIPv6: boolean;
  subnets: SubnetRecord[];
  /** The engine chose the subnets, and may choose others while nobody uses the network. */
  automatic: boolean;
  ipamOptions: Record<string, string> | null;
  options: Record<string, string>;
  labels: Record<string, string>;
  /** Name of the bridge, at most 15 characters; "" where there is none. */
  bridge: string;
}

/** The networks that exist without being created. */
export const predefined = ['bridge', 'host', 'none'] as const;

export const isPredefined = (name: string): boolean => (predefined as readonly string[]).includes(name);

/** The id of a predefined network: made from its name, so that it is the same after every restart without a record. */
export const networkIdOf = (name: string): string =>
  createHash('sha256').update(`holdfast network ${name}`).digest('hex');

/** A predefined network; `bridge` still without a subnet. */
export function predefinedNetwork(
  name: (typeof predefined)[number],
  { bridge, created }: { bridge: string; created: string },
): NetworkRecord {
  return {
    schemaVersion: 1,
    id: networkIdOf(name),
    name,
    driver: name === 'none' ? 'null' : name,
    created,
    internal: false,
    attachable: false,
    enableIPv6: false,
    subnets: [],
    automatic: true,
    ipamOptions: null,
    options: {},
    labels: {},
    bridge: name === 'bridge' ? bridge : '',
  };
}
