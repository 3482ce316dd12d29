import { forbidden, invalidArgument, unavailable } from '../../errors/index.ts';
import { type Address, contains, endOf, formatAddress, formatSubnet, parseAddress, type Subnet } from './address.ts';

/** The addresses of one subnet that are in use. The lowest free one is given first, as Docker does. */
export class AddressAllocator {
  readonly #subnet: Subnet;
  readonly #range: Subnet;
  readonly #taken = new Set<bigint>();

  /** @param reserved addresses that are never given: the gateway's and auxiliary ones; @param range where to look first */
  constructor(subnet: Subnet, reserved: readonly Address[], range: Subnet = subnet) {
    this.#subnet = subnet;
    this.#range = range;
    this.#taken.add(subnet.base);
    // IPv4 keeps the last address for broadcasts.
    if (subnet.family === 4) this.#taken.add(endOf(subnet) - 1n);
    for (const { value } of reserved) this.#taken.add(value);
  }

  /** @throws unavailable where the subnet is full */
  take(): Address {
    for (let value = this.#range.base; value < endOf(this.#range); value += 1n) {
      if (this.#taken.has(value)) continue;
      this.#taken.add(value);
      return { family: this.#subnet.family, value };
    }
    throw unavailable(`no available IPv4 addresses on this network's address pools: ${formatSubnet(this.#range)}`);
  }

  /** Takes the address that was asked for. @throws forbidden where it is in use; invalid-argument where it is of another subnet */
  takeThis(text: string): Address {
    const address = parseAddress(text);
    if (!contains(this.#subnet, address)) {
      throw invalidArgument(`invalid address ${text}: it does not belong to ${formatSubnet(this.#subnet)}`);
    }
    if (this.#taken.has(address.value)) throw forbidden(`Address already in use: ${formatAddress(address)}`);
    this.#taken.add(address.value);
    return address;
  }

  /** Counts an address as taken that is in use already. */
  adopt({ value }: Address): void {
    this.#taken.add(value);
  }

  give({ value }: Address): void {
    this.#taken.delete(value);
  }
}
