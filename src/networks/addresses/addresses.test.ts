import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../errors/index.ts';
import {
  AddressAllocator,
  contains,
  formatAddress,
  formatSubnet,
  freeSubnet,
  overlaps,
  parseAddress,
  parseSubnet,
  uniqueLocalSubnet,
} from './index.ts';

describe('addresses', () => {
  it.each(['0.0.0.0', '172.17.0.2', '255.255.255.255', '::', '::1', 'fd00::1:0:0:2', '2001:db8::'])(
    '%s comes back as it was',
    (text) => {
      expect(formatAddress(parseAddress(text))).toBe(text);
    },
  );

  it('every address of four or sixteen bytes comes back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  it('anything else is refused with a named error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseSubnet(text);
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError);
        }
      }),
    );
    for (const bad of ['', '1.2.3', '1.2.3.4.5', 'fe80::1%eth0', '01.2.3.4']) {
      expect(() => parseAddress(bad)).toThrow(`invalid IP address: ${bad}`);
    }
    for (const bad of ['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/-1']) {
      expect(() => parseSubnet(bad)).toThrow('invalid subnet');
    }
  });

  it('a subnet knows its own', () => {
    const subnet = parseSubnet('10.1.2.3/16');
    expect(formatSubnet(subnet)).toBe('10.1.0.0/16');
    expect(contains(subnet, parseAddress('10.1.255.255'))).toBe(true);
    expect(contains(subnet, parseAddress('10.2.0.0'))).toBe(false);
    expect(contains(subnet, parseAddress('::1'))).toBe(false);
    expect(overlaps(subnet, parseSubnet('10.1.4.0/24'))).toBe(true);
    expect(overlaps(subnet, parseSubnet('10.0.0.0/16'))).toBe(false);
  });
});

describe('pools', () => {
  it('gives the first subnet that nobody has', () => {
    expect(formatSubnet(freeSubnet([]))).toBe('172.17.0.0/16');
    expect(formatSubnet(freeSubnet([parseSubnet('172.16.0.0/12')]))).toBe('192.168.0.0/20');
    expect(() => freeSubnet([parseSubnet('0.0.0.0/0')])).toThrow('all predefined address pools');
  });

  it('makes unique local subnets', () => {
    expect(formatSubnet(uniqueLocalSubnet('00112233445566'.padEnd(64, '0')))).toBe('fd00:1122:3344:5566::/64');
  });
});

describe('the allocator', () => {
  const allocator = () => new AddressAllocator(parseSubnet('10.0.0.0/29'), [parseAddress('10.0.0.1')]);

  it('gives each address once, the lowest first, and takes it back', () => {
    const addresses = allocator();
    const given = Array.from({ length: 5 }, () => formatAddress(addresses.take()));
    expect(given).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']);
    expect(() => addresses.take()).toThrow('no available IPv4 addresses');
    addresses.give(parseAddress('10.0.0.4'));
    expect(formatAddress(addresses.take())).toBe('10.0.0.4');
  });

  it('gives the one asked for', () => {
    const addresses = allocator();
    expect(formatAddress(addresses.takeThis('10.0.0.5'))).toBe('10.0.0.5');
    expect(() => addresses.takeThis('10.0.0.5')).toThrow('Address already in use');
    expect(() => addresses.takeThis('10.0.0.1')).toThrow('Address already in use');
    expect(() => addresses.takeThis('10.0.1.5')).toThrow('does not belong to 10.0.0.0/29');
  });

  it('looks in the range alone', () => {
    const addresses = new AddressAllocator(parseSubnet('10.0.0.0/24'), [], parseSubnet('10.0.0.64/30'));
    expect(formatAddress(addresses.take())).toBe('10.0.0.64');
  });
});
