import { unavailable } from '../../errors/index.ts';
import { overlaps, parseSubnet, type Subnet } from './address.ts';

/** Docker's default address pools: sixteen-bit subnets of 172.17 to 172.31, then twenty-bit ones of 192.168. */
function* candidates(): Generator<Subnet> {
  for (let second = 17; second <= 31; second += 1) yield parseSubnet(`172.${second}.0.0/16`);
  for (let third = 0; third < 256; third += 16) yield parseSubnet(`192.168.${third}.0/20`);
}

/**
 * A subnet for a network that was created without one.
 * @param taken the subnets of other networks, and those that the host has routes to
 * @throws unavailable where all are taken
 */
export function freeSubnet(taken: readonly Subnet[]): Subnet {
  for (const candidate of candidates()) {
    if (!taken.some((other) => overlaps(other, candidate))) return candidate;
  }
  throw unavailable(
    'all predefined address pools have been fully subnetted: remove networks that are not used, or name a subnet (--subnet)',
  );
}

/**
 * An IPv6 subnet for a network that asks for IPv6 without one: unique local (RFC 4193), from the network's id, so that two
 * engines hardly ever choose the same.
 */
export function uniqueLocalSubnet(networkId: string): Subnet {
  const [a, b, c, d] = [networkId.slice(0, 2), networkId.slice(2, 6), networkId.slice(6, 10), networkId.slice(10, 14)];
  return parseSubnet(`fd${a}:${b}:${c}:${d}::/64`);
}
