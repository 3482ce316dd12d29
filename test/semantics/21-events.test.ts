import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filters, semantics } from '../support/semantics.ts';

const { call, daemon, docker } = semantics(['alpine', 'nginx']);

interface Message {
  Type: string;
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
  [field: string]: unknown;
}

let last = '0';
/** What was raised since this was asked the last time, without what Holdfast tells of its trash beside Docker's events. */
async function raised(wanted: Parameters<typeof filters>[0] = { type: ['container', 'volume', 'network'] }) {
  const until = (Date.now() / 1000).toFixed(3);
  const { body } = await daemon.request(`/events?since=${last}&until=${until}&${filters(wanted)}`);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  last = (Date.now() / 1000 + 0.001).toFixed(3);
  const messages = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as Message]));
  return messages.filter(({ Action }) => Action !== 'trash');
}
const inShort = (messages: Message[]) => messages.map(({ Type, Action }) => `${Type} ${Action}`);

describe('21 events', () => {
  it('21.1 of a volume: scope local, its name as id, and no field of old', async () => {
    await docker.ok('volume', 'create', 'plain');
    const [message] = await raised({ volume: ['plain'] });
    expect(message).toEqual({
      Type: 'volume',
      Action: 'create',
      Actor: { ID: 'plain', Attributes: { driver: 'local' } },
      scope: 'local',
      time: expect.any(Number),
      timeNano: expect.any(Number),
    });
  });

  it('21.2 attributes of create, mount, unmount and destroy', async () => {
    const mounts = ['-v', 'told:/data:ro', '--mount', 'src=told_too,dst=/more'];
    const id = await docker.ok('create', ...mounts, 'alpine', 'true');
    await docker.ok('start', '--attach', id);
    await docker.ok('rm', id);
    await docker.ok('volume', 'rm', 'told', 'told_too');
    const attributes = (await raised({ volume: ['told'] })).map(({ Action, Actor }) => [
      Action,
      Actor.ID,
      Actor.Attributes,
    ]);
    const driver = 'local';
    const mount = { driver, container: id, propagation: '' };
    expect(attributes).toEqual(
      expect.arrayContaining([
        ['create', 'told', { driver }],
        ['mount', 'told', { ...mount, destination: '/data', 'read/write': 'false' }],
        ['mount', 'told_too', { ...mount, destination: '/more', 'read/write': 'true' }],
        ['unmount', 'told', { driver, container: id }],
        ['unmount', 'told_too', { driver, container: id }],
        ['destroy', 'told', { driver }],
        ['destroy', 'told_too', { driver }],
      ]),
    );
    expect(attributes).toHaveLength(8);
  });

  it('21.2 a create that finds its volume raises nothing; a prune raises one event of its own', async () => {
    await docker.ok('volume', 'create', 'plain');
    await docker.ok('volume', 'prune', '--all', '--force');
    const messages = await raised({ type: ['volume'] });
    expect(inShort(messages)).toEqual(['volume destroy', 'volume prune']);
    expect(messages[1]?.Actor).toEqual({ ID: '', Attributes: { reclaimed: '0' } });
  });

  it('21.3 of a run, in order', async () => {
    await raised();
    await docker.ok('run', '--rm', '-v', 'ordered:/data', '-v', '/anonymous', 'alpine', 'true');
    expect(inShort(await raised())).toEqual([
      'volume create',
      'volume create',
      'container create',
      'container attach',
      'network connect',
      'volume mount',
      'volume mount',
      'container start',
      'container die',
      'network disconnect',
      'volume unmount',
      'volume unmount',
      'volume destroy',
      'container destroy',
    ]);
  });

  it('21.3 copy-up raises no mount', async () => {
    await raised();
    await docker.ok('create', '--name', 'seeding', 'nginx');
    expect(inShort(await raised({ type: ['container', 'volume'] }))).toEqual(['volume create', 'container create']);
    await docker.ok('rm', '-v', 'seeding');
  });

  it('21.3 a bind mount is no event', async () => {
    const folder = join(daemon.folder, 'bound');
    mkdirSync(folder);
    await raised();
    await docker.ok('run', '--rm', '-v', `${folder}:/data`, '--tmpfs', '/scratch', 'alpine', 'true');
    expect(await raised({ type: ['volume'] })).toEqual([]);
  });

  it('21.4 filters: by type, by volume, whole or the beginning of its name, and by event', async () => {
    await raised();
    for (const name of ['filter_a', 'filter_b']) await docker.ok('volume', 'create', name);
    await docker.ok('volume', 'rm', 'filter_a');
    const [since, until] = ['0', (Date.now() / 1000).toFixed(3)];
    const seen = async (wanted: Parameters<typeof filters>[0]) => {
      const { body } = await call(`GET /events?since=${since}&until=${until}&${filters(wanted)}`);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const messages = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as Message]));
      return messages.map(({ Action, Actor }) => `${Action} ${Actor.ID}`);
    };
    const own = (await seen({ volume: ['filter_a'] })).filter((line) => !line.startsWith('trash '));
    expect(own).toEqual(['create filter_a', 'destroy filter_a']);
    expect(await seen({ volume: ['filter_'], event: ['create'] })).toEqual(['create filter_a', 'create filter_b']);
    expect(await seen({ volume: ['filter_a'], type: ['container'] })).toEqual([]);
    expect(await seen({ event: ['destroy'], type: ['volume'], volume: ['filter_'] })).toEqual(['destroy filter_a']);
  });
});
