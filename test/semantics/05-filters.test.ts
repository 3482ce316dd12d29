import { beforeAll, describe, expect, it } from 'vitest';
import { filters, refusal, semantics } from '../support/semantics.ts';

const { call, docker } = semantics();

const listed = async (wanted: Parameters<typeof filters>[0]) => {
  const { body } = await call(`GET /volumes?${filters(wanted)}`);
  return (body as { Volumes: Array<{ Name: string }> }).Volumes.map(({ Name }) => Name).sort();
};
const raw = (value: string) => `filters=${encodeURIComponent(value)}`;

beforeAll(async () => {
  await docker.ok('volume', 'create', '--label', 'tier=gold', '--label', 'pair=a=b', 'gold_1');
  await docker.ok('volume', 'create', '--label', 'tier=lead', '--label', 'keep', 'lead_1');
  await docker.ok('volume', 'create', 'plain_1');
  await docker.ok('create', '--name', 'user', '-v', 'lead_1:/data', 'alpine');
});

describe('5 volume filters', () => {
  it('5.1 maps of maps and maps of lists are taken alike; what is switched off does not count', async () => {
    for (const value of ['{"name":{"gold":true}}', '{"name":["gold"]}', '{"name":{"gold":true,"lead":false}}']) {
      const { body } = await call(`GET /volumes?${raw(value)}`);
      expect(body).toMatchObject({ Volumes: [{ Name: 'gold_1' }] });
    }
  });

  it.each(['{', '[]', '"name"', '{"name":"gold"}', '{"name":{"gold":1}}'])('5.1 malformed: %s', async (value) => {
    expect(refusal(await call(`GET /volumes?${raw(value)}`))).toBe('400 error reading volume filters: invalid filter');
    expect(refusal(await call(`POST /volumes/prune?${raw(value)}`))).toBe('400 invalid filter');
  });

  it.each(['until', 'label!', 'size', 'Name'])('5.2 a list knows no filter %s', async (key) => {
    expect(refusal(await call(`GET /volumes?${filters({ [key]: ['1'] })}`))).toBe(`400 invalid filter '${key}'`);
  });

  it.each(['until', 'name', 'driver', 'dangling'])('5.2 a prune knows no filter %s', async (key) => {
    expect(refusal(await call(`POST /volumes/prune?${filters({ [key]: ['1'] })}`))).toBe(`400 invalid filter '${key}'`);
    expect((await call('GET /volumes/plain_1')).status).toBe(200);
  });

  it('5.3 name: the whole name or a regular expression anywhere in it, several are alternatives', async () => {
    expect(await listed({ name: ['_1'] })).toEqual(['gold_1', 'lead_1', 'plain_1']);
    expect(await listed({ name: ['^(gold|plain)_'] })).toEqual(['gold_1', 'plain_1']);
    expect(await listed({ name: ['gold_1', 'lead'] })).toEqual(['gold_1', 'lead_1']);
    expect(await listed({ name: ['GOLD'] })).toEqual([]);
  });

  it('5.3 a broken regular expression matches nothing and is no error', async () => {
    expect(await listed({ name: ['gold('] })).toEqual([]);
    expect(await listed({ name: ['gold(', 'lead'] })).toEqual(['lead_1']);
  });

  it('5.4 driver: exactly, several are alternatives', async () => {
    expect(await listed({ driver: ['local'] })).toHaveLength(3);
    expect(await listed({ driver: ['loc'] })).toEqual([]);
    expect(await listed({ driver: ['nosuch', 'local'] })).toHaveLength(3);
  });

  it('5.4 label: all must hold, by presence or by value', async () => {
    expect(await listed({ label: ['tier'] })).toEqual(['gold_1', 'lead_1']);
    expect(await listed({ label: ['tier=gold'] })).toEqual(['gold_1']);
    expect(await listed({ label: ['tier', 'keep'] })).toEqual(['lead_1']);
    expect(await listed({ label: ['tier=gold', 'keep'] })).toEqual([]);
    expect(await listed({ label: ['pair=a=b'] })).toEqual(['gold_1']);
    expect(await listed({ label: ['keep='] })).toEqual(['lead_1']);
  });

  it('5.4 dangling: true, 1, false or 0', async () => {
    for (const yes of ['true', '1']) expect(await listed({ dangling: [yes] })).toEqual(['gold_1', 'plain_1']);
    for (const no of ['false', '0']) expect(await listed({ dangling: [no] })).toEqual(['lead_1']);
    expect(refusal(await call(`GET /volumes?${filters({ dangling: ['maybe'] })}`))).toBe(
      "400 invalid filter 'dangling=[maybe]'",
    );
    const both = await call(`GET /volumes?${filters({ dangling: ['true', 'false'] })}`);
    expect(refusal(both)).toMatch(/^400 invalid filter 'dangling=\[(true false|false true)\]'$/);
  });

  it('5.5 a stopped container is a reference all the same', async () => {
    await docker.ok('start', '--attach', 'user');
    expect(await listed({ dangling: ['false'] })).toEqual(['lead_1']);
  });

  it('5.6 keys combine with AND', async () => {
    expect(await listed({ label: ['tier'], dangling: ['true'] })).toEqual(['gold_1']);
    expect(await listed({ name: ['gold'], dangling: ['false'] })).toEqual([]);
  });
});
