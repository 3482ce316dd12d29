import { invalidArgument } from '../../errors/index.ts';
import type { NetworkRecord, SubnetRecord } from '../network.ts';
import type { EndpointAddress, EndpointRequest } from '../sandbox.ts';
import { contains, formatAddress, parseAddress, parseSubnet } from './address.ts';
import { AddressAllocator } from './allocator.ts';

/** The addresses of an endpoint. */
export interface Lease {
  ipv4: EndpointAddress;
  ipv6: EndpointAddress | null;
}

/** Which addresses of which network are in use. An address is given to one endpoint at a time. */
export class Leases {
  readonly #allocators = new Map<string, AddressAllocator>();

  /** @throws what the request asks for and cannot have: forbidden, invalid-argument; unavailable where a subnet is full */
  take(network: NetworkRecord, wanted: Pick<EndpointRequest, 'ipv4' | 'ipv6'>): Lease {
    const ipv4 = this.#takeOne(network, 4, wanted.ipv4);
    if (ipv4 === null) throw invalidArgument(`network ${network.name} has no IPv4 subnet`);
    try {
      return { ipv4, ipv6: this.#takeOne(network, 6, wanted.ipv6) };
    } catch (error) {
      this.#giveOne(network, ipv4);
      throw error;
    }
  }

  give(network: NetworkRecord, { ipv4, ipv6 }: Lease): void {
    this.#giveOne(network, ipv4);
    if (ipv6 !== null) this.#giveOne(network, ipv6);
  }

  /** Counts addresses that are in use already. One that is counted twice stays counted. */
  adopt(network: NetworkRecord, { ipv4, ipv6 }: Lease): void {
    for (const held of ipv6 === null ? [ipv4] : [ipv4, ipv6]) {
      const subnet = subnetWith(network, held.address);
      if (subnet !== undefined) this.#allocator(network, subnet).adopt(parseAddress(held.address));
    }
  }

  #takeOne(network: NetworkRecord, family: 4 | 6, wanted: string): EndpointAddress | null {
    const subnets = network.subnets.filter(({ subnet }) => parseSubnet(subnet).family === family);
    const [first] = subnets;
    if (wanted !== '') return this.#takeThis(network, wanted);
    if (first === undefined) return null;
    return this.#endpointAddress(network, first, formatAddress(this.#allocator(network, first).take()));
  }

  #takeThis(network: NetworkRecord, wanted: string): EndpointAddress {
    const subnet = subnetWith(network, wanted);
    if (subnet === undefined) {
      throw invalidArgument(
        `invalid address ${wanted}: it does not belong to any of the subnets of network ${network.name}`,
      );
    }
    return this.#endpointAddress(network, subnet, formatAddress(this.#allocator(network, subnet).takeThis(wanted)));
  }

  #endpointAddress({ internal }: NetworkRecord, { subnet, gateway }: SubnetRecord, address: string): EndpointAddress {
    return { address, prefix: parseSubnet(subnet).prefix, gateway: internal ? '' : gateway };
  }

  #giveOne(network: NetworkRecord, { address }: EndpointAddress): void {
    const subnet = subnetWith(network, address);
    if (subnet !== undefined) this.#allocator(network, subnet).give(parseAddress(address));
  }

  #allocator({ id }: NetworkRecord, { subnet, gateway, ipRange, auxiliary }: SubnetRecord): AddressAllocator {
    const key = `${id} ${subnet}`;
    const known = this.#allocators.get(key);
    if (known !== undefined) return known;
    const reserved = [gateway, ...Object.values(auxiliary)].filter((address) => address !== '').map(parseAddress);
    const range = parseSubnet(ipRange === '' ? subnet : ipRange);
    const made = new AddressAllocator(parseSubnet(subnet), reserved, range);
    this.#allocators.set(key, made);
    return made;
  }
}

const subnetWith = ({ subnets }: NetworkRecord, address: string): SubnetRecord | undefined =>
  subnets.find(({ subnet }) => contains(parseSubnet(subnet), parseAddress(address)));
