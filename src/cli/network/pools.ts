import { BlockList, isIP } from 'node:net';
import { invalidArgument } from '../../errors/index.ts';

interface PoolWords {
  subnets: readonly string[];
  ranges: readonly string[];
  gateways: readonly string[];
  /** Names and addresses. */
  auxiliary: ReadonlyMap<string, string>;
}

interface Pool {
  Subnet: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

/**
 * Gives every range, gateway and auxiliary address to the subnet that it lies in, in whatever order they were given.
 * @throws invalid-argument in docker's words for one that lies in none, and for two where a subnet has one
 */
export function poolsOf({ subnets, ranges, gateways, auxiliary }: PoolWords): Pool[] {
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    throw invalidArgument('every ip-range or gateway must have a corresponding subnet');
  }
  const pools = subnets.map((Subnet): Pool => ({ Subnet }));
  for (const range of ranges) {
    const pool = poolWith(pools, { what: 'range', address: range.split('/')[0] ?? '', word: range });
    if (pool.IPRange !== undefined) {
      throw invalidArgument(
        `cannot configure multiple ranges (${range}, ${pool.IPRange}) on the same subnet (${pool.Subnet})`,
      );
    }
    pool.IPRange = range;
  }
  for (const gateway of gateways) {
    const pool = poolWith(pools, { what: 'gateway', address: gateway, word: gateway });
    if (pool.Gateway !== undefined) {
      throw invalidArgument(
        `cannot configure multiple gateways (${gateway}, ${pool.Gateway}) for the same subnet (${pool.Subnet})`,
      );
    }
    pool.Gateway = gateway;
  }
  for (const [name, address] of auxiliary) {
    const pool = poolWith(pools, { what: 'aux-address', address, word: address });
    pool.AuxiliaryAddresses = { ...pool.AuxiliaryAddresses, [name]: address };
  }
  return pools;
}

function poolWith(
  pools: readonly Pool[],
  { what, address, word }: { what: string; address: string; word: string },
): Pool {
  const found = pools.find(({ Subnet }) => isIP(address) !== 0 && subnetHas(Subnet, address));
  if (found === undefined) throw invalidArgument(`no matching subnet for ${what} ${word}`);
  return found;
}

/** @throws invalid-argument for a subnet that is none */
function subnetHas(subnet: string, address: string): boolean {
  const [base = '', prefix = ''] = subnet.split('/');
  const family = isIP(base);
  if (family === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) {
    throw invalidArgument(`invalid CIDR address: ${subnet}`);
  }
  const list = new BlockList();
  list.addSubnet(base, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
