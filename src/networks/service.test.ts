import { expect, test } from 'vitest';
import { decodeBody, networkCreateSchema, parseFilters } from '../wire/index.ts';
import { NetworkService } from './service.ts';

const endpoint = { Name: 'c1', EndpointID: '', MacAddress: '', IPv4Address: '', IPv6Address: '' };
const networks = new NetworkService({
  createdAt: '2026-01-01T00:00:00Z',
  endpointsOf: (network) => (network === 'host' ? { abc: endpoint } : {}),
});
const names = (filters: string) => networks.list(parseFilters(filters)).map((network) => network.Name);

test('the predefined networks are found by name, id and beginning of id', () => {
  const none = networks.get('none');
  expect(none).toMatchObject({ Name: 'none', Driver: 'null', Scope: 'local', Containers: {} });
  expect(none.Id).toMatch(/^[0-9a-f]{64}$/);
  expect(networks.get(none.Id).Name).toBe('none');
  expect(networks.get(none.Id.slice(0, 12)).Name).toBe('none');
  expect(networks.get('host').Containers).toEqual({ abc: endpoint });
  for (const unknown of ['bridge', '', 'toString']) {
    expect(() => networks.get(unknown)).toThrow(`network ${unknown} not found`);
  }
});

test('lists by filter', () => {
  expect(names('')).toEqual(['host', 'none']);
  expect(names('{"name":{"no":true}}')).toEqual(['none']);
  expect(names('{"driver":["null"]}')).toEqual(['none']);
  expect(names('{"type":["custom"]}')).toEqual([]);
  expect(names('{"dangling":["true"]}')).toEqual([]);
  expect(names('{"label":["a"]}')).toEqual([]);
  expect(names('{"id":["zz"]}')).toEqual([]);
  expect(() => names('{"bogus":["a"]}')).toThrow("invalid filter 'bogus'");
  expect(() => names('{"type":["odd"]}')).toThrow("invalid filter: 'type'='odd'");
});

test('refuses what would need a bridge, and says so', () => {
  const body = (Name: string) => decodeBody(networkCreateSchema, { Name, Driver: 'bridge' });
  expect(() => networks.create(body('mine'))).toThrow('bridge networks are not available');
  expect(() => networks.create(body('host'))).toThrow('operation is not permitted on predefined host network');
  expect(() => networks.remove('none')).toThrow('none is a pre-defined network and cannot be removed');
  expect(() => networks.remove('nope')).toThrow('network nope not found');
  expect(() => networks.connect('none')).toThrow('cannot be connected to network none');
  expect(() => networks.disconnect('nope')).toThrow('network nope not found');
});
