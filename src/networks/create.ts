import { randomBytes } from 'node:crypto';
import { conflict, forbidden, invalidArgument, notFound } from '../errors/index.ts';
import type { IpamConfig, NetworkCreate } from '../wire/index.ts';
import {
  contains,
  formatAddress,
  formatSubnet,
  overlaps,
  parseAddress,
  parseSubnet,
  type Subnet,
  uniqueLocalSubnet,
} from './addresses/index.ts';
import { isPredefined, type NetworkRecord, type SubnetRecord } from './network.ts';

/** The settings of a bridge that are understood; others are kept and shown. */
export const bridgeOption = {
  name: 'com.docker.network.bridge.name',
  icc: 'com.docker.network.bridge.enable_icc',
  masquerade: 'com.docker.network.bridge.enable_ip_masquerade',
  hostBinding: 'com.docker.network.bridge.host_binding_ipv4',
  mtu: 'com.docker.network.driver.mtu',
} as const;

/**
 * The network that a request asks for; one without a subnet is `automatic`, and still without addresses.
 * @param others the networks there are
 * @throws invalid-argument, conflict for the name, forbidden for a subnet that overlaps, not-found for a driver
 */
export function newNetwork(body: NetworkCreate, others: readonly NetworkRecord[]): NetworkRecord {
  checkName(body, others);
  checkDriver(body);
  const id = randomBytes(32).toString('hex');
  const asked = body.IPAM.Config.filter(({ Subnet }) => Subnet !== '').map(subnetRecord);
  refuseOverlap(asked, others);
  if (body.EnableIPv6 && !asked.some(({ subnet }) => subnet.includes(':'))) {
    asked.push(
      subnetRecord({ Subnet: formatSubnet(uniqueLocalSubnet(id)), IPRange: '', Gateway: '', AuxiliaryAddresses: {} }),
    );
  }
  return {
    schemaVersion: 1,
    id,
    name: body.Name,
    driver: 'bridge',
    created: new Date().toISOString(),
    internal: body.Internal,
    attachable: body.Attachable,
    enableIPv6: body.EnableIPv6,
    subnets: asked,
    automatic: !asked.some(({ subnet }) => !subnet.includes(':')),
    ipamOptions: body.IPAM.Options,
    options: body.Options,
    labels: body.Labels,
    bridge: bridgeName(body.Options, id, others),
  };
}

function checkName({ Name }: NetworkCreate, others: readonly NetworkRecord[]): void {
  if (Name.trim() === '') throw invalidArgument('network name cannot be empty');
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(Name)) {
    throw invalidArgument(`invalid network name ${Name}: only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  }
  if (isPredefined(Name) || Name === 'default') {
    throw forbidden(`operation is not permitted on predefined ${Name} network`);
  }
  if (others.some(({ name }) => name === Name)) throw conflict(`network with name ${Name} already exists`);
}

function checkDriver({ Driver, Scope, ConfigOnly, Ingress, EnableIPv4, IPAM }: NetworkCreate): void {
  if (Driver === 'host' || Driver === 'null') throw forbidden(`only one instance of "${Driver}" network is allowed`);
  if (Driver !== '' && Driver !== 'bridge' && Driver !== 'default') throw notFound(`plugin "${Driver}" not found`);
  if (Scope !== '' && Scope !== 'local') throw invalidArgument(`networks of scope "${Scope}" need a swarm`);
  if (ConfigOnly || Ingress) throw invalidArgument('config-only and ingress networks need a swarm');
  if (!EnableIPv4) throw invalidArgument('a network without IPv4 is not supported');
  if (IPAM.Driver !== '' && IPAM.Driver !== 'default') throw notFound(`plugin "${IPAM.Driver}" not found`);
  const orphan = IPAM.Config.find(
    ({ Subnet, IPRange, Gateway }) => Subnet === '' && (IPRange !== '' || Gateway !== ''),
  );
  if (orphan !== undefined) throw invalidArgument('invalid network config: an IP range or gateway needs a subnet');
}

function subnetRecord({ Subnet, IPRange, Gateway, AuxiliaryAddresses }: IpamConfig): SubnetRecord {
  const subnet = parseSubnet(Subnet);
  if (!isCanonical(Subnet, subnet)) {
    throw invalidArgument(`invalid network config: invalid subnet ${Subnet}: it should be ${formatSubnet(subnet)}`);
  }
  if (subnet.family === 4 && subnet.prefix > 30) throw invalidArgument(`subnet ${Subnet} has no room for containers`);
  if (IPRange !== '' && !contains(subnet, { family: subnet.family, value: parseSubnet(IPRange).base })) {
    throw invalidArgument(`invalid network config: no matching subnet for range ${IPRange}`);
  }
  for (const address of [Gateway, ...Object.values(AuxiliaryAddresses)]) {
    if (address !== '' && !contains(subnet, parseAddress(address))) {
      throw invalidArgument(`invalid network config: no matching subnet for address ${address}`);
    }
  }
  return {
    subnet: formatSubnet(subnet),
    gateway: Gateway === '' ? firstAddress(subnet) : formatAddress(parseAddress(Gateway)),
    ipRange: IPRange === '' ? '' : formatSubnet(parseSubnet(IPRange)),
    auxiliary: AuxiliaryAddresses,
  };
}

const isCanonical = (text: string, subnet: Subnet): boolean =>
  parseAddress(text.slice(0, text.indexOf('/'))).value === subnet.base;

/** The address that a gateway gets which nobody has named. */
export const firstAddress = ({ family, base }: Subnet): string => formatAddress({ family, value: base + 1n });

function refuseOverlap(asked: readonly SubnetRecord[], others: readonly NetworkRecord[]): void {
  const taken = others
    .flatMap((network) => (network.automatic ? [] : network.subnets))
    .map(({ subnet }) => parseSubnet(subnet));
  for (const { subnet } of asked) {
    if (taken.some((other) => overlaps(other, parseSubnet(subnet)))) {
      throw forbidden(`invalid pool request: Pool overlaps with other one on this address space: ${subnet}`);
    }
    taken.push(parseSubnet(subnet));
  }
}

function bridgeName(options: Record<string, string>, id: string, others: readonly NetworkRecord[]): string {
  const name = options[bridgeOption.name] ?? `br-${id.slice(0, 12)}`;
  if (!/^[a-zA-Z0-9_.-]{1,15}$/.test(name) || name === '.' || name === '..') {
    throw invalidArgument(
      `invalid bridge name ${name}: it has at most 15 letters, digits, dots, dashes and underscores`,
    );
  }
  if (others.some(({ bridge }) => bridge === name)) throw conflict(`bridge ${name} is used by another network`);
  return name;
}
