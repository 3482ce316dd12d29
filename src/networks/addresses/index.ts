export {
  type Address,
  contains,
  formatAddress,
  formatSubnet,
  overlaps,
  parseAddress,
  parseSubnet,
  type Subnet,
} from './address.ts';
export { AddressAllocator } from './allocator.ts';
export { type Lease, Leases } from './leases.ts';
export { freeSubnet, uniqueLocalSubnet } from './pools.ts';
