import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { isMountpoint, run } from '../host/index.ts';
import { parseFilters } from '../wire/index.ts';
import type { Sandbox } from './sandbox.ts';
import { on, TestNetworks } from './testsuite/engine.ts';
import { ask, lookUp } from './testsuite/talk.ts';

const networks = new TestNetworks();
afterAll(() => networks.close());
const names = (filters: string) => networks.service.list(parseFilters(filters)).map(({ Name }) => Name);
const addressOf = (sandbox: Sandbox, index = 0): string => sandbox.endpoints[index]?.ipv4.address ?? '';
const id = (digit: string): string => digit.repeat(64);

describe('networks without containers', () => {
  it('finds the predefined ones by name, id and beginning of id', () => {
    const none = networks.service.get('none');
    expect(none).toMatchObject({ Name: 'none', Driver: 'null', Scope: 'local', Containers: {} });
    expect(networks.service.get(none.Id).Name).toBe('none');
    expect(networks.service.get(none.Id.slice(0, 12)).Name).toBe('none');
    expect(networks.service.get('bridge').IPAM.Config[0]).toMatchObject({ Gateway: expect.stringMatching(/\.1$/) });
    for (const unknown of ['nope', '', 'toString']) {
      expect(() => networks.service.get(unknown)).toThrow(`network ${unknown} not found`);
    }
  });

  it('creates, lists by filter, prunes', async () => {
    await networks.create({ Name: 'plain', Labels: { a: '1' } });
    await networks.create({
      Name: 'own',
      IPAM: { Config: [{ Subnet: '10.231.0.0/24', IPRange: '10.231.0.128/25', Gateway: '10.231.0.9' }] },
    });
    expect(names('').sort()).toEqual(['bridge', 'host', 'none', 'own', 'plain']);
    expect(names('{"type":["custom"]}').sort()).toEqual(['own', 'plain']);
    expect(names('{"label":["a=1"]}')).toEqual(['plain']);
    expect(names('{"driver":["null"]}')).toEqual(['none']);
    expect(names('{"dangling":["true"]}').sort()).toEqual(['own', 'plain']);
    expect(() => names('{"bogus":["a"]}')).toThrow("invalid filter 'bogus'");
    expect(() => names('{"type":["odd"]}')).toThrow("invalid filter: 'type'='odd'");
    expect(networks.service.get('own').IPAM.Config).toEqual([
      { Subnet: '10.231.0.0/24', IPRange: '10.231.0.128/25', Gateway: '10.231.0.9' },
    ]);
    expect(await networks.service.prune(parseFilters('{"label":["a"]}'))).toEqual(['plain']);
    await networks.service.remove('own');
    expect(names('{"type":["custom"]}')).toEqual([]);
  });

  it.each([
    [{ Name: 'host' }, 'operation is not permitted on predefined host network'],
    [{ Name: '' }, 'network name cannot be empty'],
    [{ Name: '../x' }, 'invalid network name ../x'],
    [{ Name: 'x', Driver: 'macvlan9' }, 'plugin "macvlan9" not found'],
    [{ Name: 'x', IPAM: { Config: [{ Subnet: '10.1.2.3/16' }] } }, 'it should be 10.1.0.0/16'],
    [{ Name: 'x', IPAM: { Config: [{ Subnet: 'nonsense' }] } }, 'invalid subnet nonsense'],
    [
      { Name: 'x', IPAM: { Config: [{ Subnet: '10.1.0.0/16', Gateway: '10.2.0.1' }] } },
      'no matching subnet for address',
    ],
    [{ Name: 'x', IPAM: { Config: [{ Gateway: '10.2.0.1' }] } }, 'needs a subnet'],
    [{ Name: 'x', Options: { 'com.docker.network.bridge.name': 'far-too-long-a-name' } }, 'invalid bridge name'],
  ])('refuses %o', async (body, words) => {
    await expect(networks.create(body)).rejects.toThrow(words);
  });

  it('refuses what is taken, and what is predefined', async () => {
    await networks.create({ Name: 'twice', IPAM: { Config: [{ Subnet: '10.232.0.0/16' }] } });
    await expect(networks.create({ Name: 'twice' })).rejects.toThrow('network with name twice already exists');
    const overlapping = { Name: 'other', IPAM: { Config: [{ Subnet: '10.232.4.0/24' }] } };
    await expect(networks.create(overlapping)).rejects.toThrow('Pool overlaps with other one on this address space');
    await expect(networks.service.remove('none')).rejects.toThrow(
      'none is a pre-defined network and cannot be removed',
    );
    await expect(networks.service.remove('nope')).rejects.toThrow('network nope not found');
    await networks.service.remove('twice');
  });
});

describe('containers on networks', () => {
  it('reach each other by address and name, and are told apart from other networks', async () => {
    await networks.create({ Name: 'front' });
    await networks.create({ Name: 'back' });
    const web = await networks.service.open(id('a'), {
      endpoints: [on('front', { names: ['web', 'Alias'] })],
      ports: [],
    });
    const db = await networks.service.open(id('b'), {
      endpoints: [on('front', { names: ['db'] }), on('back')],
      ports: [],
    });
    const apart = await networks.service.open(id('c'), { endpoints: [on('back', { names: ['apart'] })], ports: [] });
    await networks.serve(web, { port: 80, answer: 'web' });
    expect(await ask(db, addressOf(web), 80)).toBe(`web ::ffff:${addressOf(db)}`);
    expect(await ask(apart, addressOf(web), 80)).toBe('no answer');
    const gateway = networks.service.get('front').IPAM.Config[0]?.Gateway ?? '';
    await expect.poll(() => lookUp(db, 'web', gateway)).toEqual([addressOf(web)]);
    expect(await lookUp(db, 'alias', gateway)).toEqual([addressOf(web)]);
    expect(await lookUp(db, id('a').slice(0, 12), gateway)).toEqual([addressOf(web)]);
    // Who is on both networks finds the names of both; others those of their own.
    expect(await lookUp(db, 'apart', gateway)).toEqual([addressOf(apart)]);
    expect(await lookUp(apart, 'web', networks.service.get('back').IPAM.Config[0]?.Gateway ?? '')).toEqual([]);
    expect(networks.service.get('front').Containers[id('a')]).toMatchObject({ IPv4Address: `${addressOf(web)}/16` });
    await expect(networks.service.remove('front')).rejects.toThrow('network front has active endpoints');
  });

  it('join and leave networks while they run', async () => {
    await networks.service.join(id('a'), on('back', { names: ['web'] }));
    const [web, apart] = [networks.service.sandbox(id('a')), networks.service.sandbox(id('c'))];
    if (web === undefined || apart === undefined) throw new Error('not there');
    expect(await ask(apart, addressOf(web, 1), 80)).toBe(`web ::ffff:${addressOf(apart)}`);
    await expect(networks.service.join(id('a'), on('back'))).rejects.toThrow('already exists in network back');
    await networks.service.leave(id('a'), 'back');
    await expect(networks.service.leave(id('a'), 'back')).rejects.toThrow('is not connected to network back');
    expect(await ask(apart, addressOf(web, 1), 80)).toMatch(/EHOSTUNREACH|no answer/);
  });

  it('publish ports on loopback, on the host’s addresses and to other containers', async () => {
    const web = await networks.service.open(id('d'), {
      endpoints: [on('bridge')],
      ports: [
        { protocol: 'tcp', containerPort: 8080, hostIp: '', from: 0, to: 0 },
        { protocol: 'tcp', containerPort: 8080, hostIp: '127.0.0.1', from: 0, to: 0 },
      ],
    });
    await networks.serve(web, { port: 8080, answer: 'published' });
    const [any = 0, local = 0] = web.ports.map(({ hostPort }) => hostPort);
    const gateway = web.endpoints[0]?.ipv4.gateway ?? '';
    expect(await ask('host', '127.0.0.1', any)).toMatch(/^published/);
    expect(await ask('host', '::1', any)).toMatch(/^published/);
    expect(await ask('host', '127.0.0.1', local)).toMatch(/^published/);
    expect(await ask('host', gateway, any)).toMatch(/^published/);
    expect(await ask('host', gateway, local)).toBe('ECONNREFUSED');
    const other = networks.service.sandbox(id('b'));
    if (other === undefined) throw new Error('not there');
    const front = networks.service.get('front').IPAM.Config[0]?.Gateway ?? '';
    expect(await ask(other, front, any)).toMatch(/^published/);
    expect(await ask(web, gateway, any)).toMatch(/^published/);
  });

  it('is refused a port that is taken, and leaves nothing', async () => {
    const port = networks.service.sandbox(id('d'))?.ports[0]?.hostPort ?? 0;
    const ports = [{ protocol: 'tcp' as const, containerPort: 80, hostIp: '', from: port, to: port }];
    await expect(networks.service.open(id('e'), { endpoints: [on('bridge')], ports })).rejects.toThrow(
      `Bind for 0.0.0.0:${port} failed: port is already allocated`,
    );
    expect(networks.service.sandbox(id('e'))).toBeUndefined();
    expect(networks.service.get('bridge').Containers).not.toHaveProperty(id('e'));
  });

  it('are given the addresses they ask for', async () => {
    await networks.create({ Name: 'static', IPAM: { Config: [{ Subnet: '10.233.0.0/24' }] } });
    const wish = on('static', { ipv4: '10.233.0.77', mac: '02:00:00:00:00:01' });
    const sandbox = await networks.service.open(id('f'), { endpoints: [wish], ports: [] });
    expect(sandbox.endpoints[0]).toMatchObject({
      ipv4: { address: '10.233.0.77', prefix: 24 },
      mac: '02:00:00:00:00:01',
    });
    await expect(networks.service.open(id('e'), { endpoints: [wish], ports: [] })).rejects.toThrow(
      'Address already in use',
    );
    const outside = on('static', { ipv4: '10.1.1.1' });
    await expect(networks.service.open(id('e'), { endpoints: [outside], ports: [] })).rejects.toThrow(
      'invalid address 10.1.1.1',
    );
  });

  it('have IPv6 where the network has it, and no way out of an internal one', async () => {
    await networks.create({ Name: 'six', EnableIPv6: true, Internal: true });
    const [a, b] = [
      await networks.service.open(id('1'), { endpoints: [on('six')], ports: [] }),
      await networks.service.open(id('2'), { endpoints: [on('six')], ports: [] }),
    ];
    await networks.serve(a, { port: 80, answer: 'six' });
    expect(await ask(b, a.endpoints[0]?.ipv6?.address ?? '', 80)).toBe(`six ${b.endpoints[0]?.ipv6?.address}`);
    expect((await run(['nsenter', `--net=${a.path}`, 'ip', 'route', 'show', 'default'])).stdout).toBe('');
  });

  it('survive the daemon; what is nobody’s any more is cleaned', async () => {
    const before = networks.service.sandbox(id('d'));
    const port = before?.ports[0]?.hostPort ?? 0;
    await networks.restart((holder) => holder !== id('f'));
    expect(networks.service.sandbox(id('d'))).toEqual(before);
    expect(networks.service.sandbox(id('f'))).toBeUndefined();
    expect(await ask('host', '127.0.0.1', port)).toMatch(/^published/);
    // The address that was given before is still in use, and the one of the ended container is free.
    const fresh = await networks.service.open(id('3'), { endpoints: [on('bridge')], ports: [] });
    expect(addressOf(fresh)).not.toBe(before?.endpoints[0]?.ipv4.address);
    const again = await networks.service.open(id('f'), {
      endpoints: [on('static', { ipv4: '10.233.0.77' })],
      ports: [],
    });
    expect(addressOf(again)).toBe('10.233.0.77');
  });

  it('leave nothing behind', async () => {
    const paths = ['a', 'b', 'c', 'd', 'f', '1', '2', '3'].map(
      (digit) => networks.service.sandbox(id(digit))?.path ?? '',
    );
    const bridges = ['front', 'back', 'static', 'six'].map((name) => networks.service.find(name).bridge);
    await networks.endServers();
    expect(readdirSync('/sys/class/net')).toEqual(expect.arrayContaining(bridges));
    for (const digit of ['a', 'b', 'c', 'd', 'f', '1', '2', '3']) await networks.service.release(id(digit));
    expect(paths.filter((path) => isMountpoint(path))).toEqual([]);
    expect((await networks.service.prune(parseFilters(''))).sort()).toEqual(['back', 'front', 'six', 'static']);
    const links = () => readdirSync('/sys/class/net').filter((name) => bridges.includes(name));
    await expect.poll(links).toEqual([]);
    expect(networks.events.filter(({ action }) => action === 'disconnect').length).toBeGreaterThan(7);
  });
});
