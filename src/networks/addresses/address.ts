import { isIP } from 'node:net';
import { invalidArgument } from '../../errors/index.ts';

/** An IP address as a number, so that it can be counted with. */
export interface Address {
  family: 4 | 6;
  value: bigint;
}

/** A subnet: its first address and how many leading bits all of its addresses share. */
export interface Subnet {
  family: 4 | 6;
  base: bigint;
  prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;

/** @throws invalid-argument `invalid IP address: x` */
export function parseAddress(text: string): Address {
  const family = isIP(text);
  if (family === 4) return { family, value: fromGroups(text.split('.').map(Number), 8) };
  if (family === 6 && !text.includes('%')) return { family, value: fromGroups(groupsOf(text), 16) };
  throw invalidArgument(`invalid IP address: ${text}`);
}

function fromGroups(groups: number[], bits: number): bigint {
  return groups.reduce((sum, group) => (sum << BigInt(bits)) | BigInt(group), 0n);
}

/** The eight groups of an IPv6 address, `::` filled up and a dotted end taken apart. */
function groupsOf(text: string): number[] {
  const plain = text.replace(/[\d.]+$/, (end) => (end.includes('.') ? twoGroups(end) : end));
  const [head = '', tail] = plain.split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [left, right] = [parse(head), parse(tail ?? '')];
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

/** `1.2.3.4` at the end of an IPv6 address, as the two groups that it stands for. */
function twoGroups(dotted: string): string {
  const { value } = parseAddress(dotted);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

/** The usual way to write an address; IPv6 as RFC 5952 has it. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return groups(value, { count: 4, bits: 8 }).join('.');
  // The URL parser knows where `::` goes.
  const text = groups(value, { count: 8, bits: 16 })
    .map((group) => group.toString(16))
    .join(':');
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

function groups(value: bigint, { count, bits }: { count: number; bits: number }): number[] {
  const mask = (1n << BigInt(bits)) - 1n;
  return Array.from({ length: count }, (_, index) => Number((value >> BigInt(bits * (count - 1 - index))) & mask));
}

/** @param text CIDR form; bits beyond the prefix are dropped. @throws invalid-argument `invalid subnet: x` */
export function parseSubnet(text: string): Subnet {
  const [address = '', length = '', ...more] = text.split('/');
  const family = isIP(address);
  const prefix = Number(length);
  if (family === 0 || more.length > 0 || !/^\d{1,3}$/.test(length) || prefix > BITS[family as 4 | 6]) {
    throw invalidArgument(`invalid subnet ${text}: it should be an address and a prefix length, like 10.1.0.0/16`);
  }
  const { value } = parseAddress(address);
  const hostBits = BigInt(BITS[family as 4 | 6] - prefix);
  return { family: family as 4 | 6, base: (value >> hostBits) << hostBits, prefix };
}

export function formatSubnet({ family, base, prefix }: Subnet): string {
  return `${formatAddress({ family, value: base })}/${prefix}`;
}

/** The address after the last one of the subnet. */
export function endOf({ family, base, prefix }: Subnet): bigint {
  return base + (1n << BigInt(BITS[family] - prefix));
}

export function contains(subnet: Subnet, address: Address): boolean {
  return subnet.family === address.family && address.value >= subnet.base && address.value < endOf(subnet);
}

export function overlaps(a: Subnet, b: Subnet): boolean {
  return a.family === b.family && a.base < endOf(b) && b.base < endOf(a);
}
