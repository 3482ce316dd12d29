import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../wire/index.ts';
import { type Ask, fetchAnswer, open } from '../testsuite/http-client.ts';
import { type ServedEngine, serveMemoryEngine } from '../testsuite/served-engine.ts';

let served: ServedEngine;
beforeAll(async () => {
  served = await serveMemoryEngine();
});
afterAll(() => served.close());

const ask = (path: string, options?: Ask) => fetchAnswer(served.path, path, options);
const post = (path: string, options?: Ask) => ask(path, { method: 'POST', ...options });
const filter = (value: object) => `filters=${encodeURIComponent(JSON.stringify(value))}`;

describe('volumes', () => {
  beforeEach(() => served.engine.volumes.all.clear());

  test('create keeps null apart from empty, and inspect answers the same', async () => {
    const created = await post('/volumes/create', { body: { Name: 'v1', Labels: {} } });
    const expected = {
      CreatedAt: '2026-01-01T00:00:00Z',
      Driver: 'local',
      Labels: {},
      Mountpoint: '/v/v1/_data',
      Name: 'v1',
      Options: null,
      Scope: 'local',
    };
    expect(created).toMatchObject({ status: 201, json: expected });
    expect((await ask('/volumes/v1')).json).toEqual(expected);
    expect((await post('/volumes/create')).json.Name).toBe('anonymous');
  });

  test('a name may hold slashes, and be "create"', async () => {
    expect((await ask('/volumes/a/b%20c')).json.message).toBe('get a/b c: no such volume');
    expect((await ask('/volumes/create')).json.message).toBe('get create: no such volume');
  });

  test('list', async () => {
    expect((await ask('/volumes')).json).toEqual({ Volumes: [], Warnings: null });
    served.engine.volumes.warnings = ['a plugin is away'];
    expect((await ask('/volumes')).json.Warnings).toEqual(['a plugin is away']);
    expect((await ask('/volumes?filters=x')).json.message).toBe('error reading volume filters: invalid filter');
  });

  test('remove', async () => {
    expect((await ask('/volumes/nope', { method: 'DELETE' })).status).toBe(404);
    expect((await ask('/volumes/nope?force=1', { method: 'DELETE' })).status).toBe(204);
    expect((await ask('/volumes/busy', { method: 'DELETE' })).status).toBe(409);
  });

  test('prune takes all below API 1.42', async () => {
    const asked = () => served.engine.volumes.asked.at(-1)?.with;
    expect((await post(`/volumes/prune?${filter({ all: ['true'] })}`, { body: {} })).json).toEqual({
      VolumesDeleted: [],
      SpaceReclaimed: 7,
    });
    expect(asked()).toEqual({ all: false, filters: new Map([['all', ['true']]]) });
    await post('/v1.41/volumes/prune');
    expect(asked()).toMatchObject({ all: true });
    expect((await post('/volumes/prune?filters=x')).json.message).toBe('invalid filter');
  });

  test('there are no cluster volumes', async () => {
    const put = (query: string) => ask(`/volumes/v1${query}`, { method: 'PUT', body: {} });
    expect((await put('?version=1')).json.message).toBe(
      'volume update only valid for cluster volumes, but swarm is unavailable',
    );
    expect((await put('?version=1')).status).toBe(503);
    expect((await put('?version=x')).json.message).toContain("invalid swarm object version 'x'");
    const spec = { Name: 'v1', ClusterVolumeSpec: {} };
    expect((await post('/volumes/create', { body: spec })).status).toBe(503);
    expect((await post('/v1.41/volumes/create', { body: spec })).status).toBe(201);
  });
});

describe('images', () => {
  beforeEach(() => {
    served.engine.images.sizes.clear();
    served.engine.images.sizes.set('a/b:1', 5);
  });
  const asked = () => served.engine.images.asked.at(-1)?.with;
  const auth = { 'X-Registry-Auth': Buffer.from('{"username":"u","password":"p"}').toString('base64url') };

  test('have a VirtualSize below API 1.44', async () => {
    expect((await ask('/images/json')).json).toEqual([{ Id: 'a/b:1', Size: 5 }]);
    expect((await ask('/v1.43/images/json')).json).toEqual([{ Id: 'a/b:1', Size: 5, VirtualSize: 5 }]);
    expect((await ask('/v1.43/images/a/b:1/json')).json).toHaveProperty('VirtualSize', 5);
    expect((await ask('/images/a/b:1/json')).json).not.toHaveProperty('VirtualSize');
  });

  test('list by reference, as old clients spell it', async () => {
    await ask('/v1.40/images/json?filter=nginx&all=1');
    expect(asked()).toEqual([
      new Map([['reference', ['nginx']]]),
      { all: true, sharedSize: false, apiVersion: '1.40' },
    ]);
  });

  test('history, tag, remove, prune', async () => {
    expect((await ask('/images/a/b:1/history')).json[0].Id).toBe('a/b:1');
    expect(await post('/images/a/b:1/tag?repo=c&tag=2', { body: {} })).toMatchObject({ status: 201, text: '' });
    expect((await ask('/images/c:2?noprune=1', { method: 'DELETE' })).json).toEqual([{ Untagged: 'c:2' }]);
    expect(asked()).toEqual({ force: false, prune: false });
    expect((await post('/images/prune')).json).toEqual({ ImagesDeleted: null, SpaceReclaimed: 0 });
  });

  test('load and save, one or several', async () => {
    const loaded = await post('/images/load?quiet=1', {
      body: Buffer.from('x'),
      headers: { 'Content-Type': 'application/x-tar' },
    });
    expect(loaded.text).toBe('{"stream":"Loaded image: x\\n"}\r\n');
    expect(loaded.headers['content-type']).toBe('application/json');
    expect((await ask('/images/a/b:1/get')).text).toBe('a/b:1');
    const several = await ask('/images/get?names=a/b:1&names=x');
    expect(several.text).toBe('a/b:1x');
    expect(several.headers['content-type']).toBe('application/x-tar');
    expect((await ask('/images/get?names=nope')).status).toBe(404);
  });

  test('a pull tells its progress; it fails plainly before its first line and in its last line after', async () => {
    const pulled = await post('/images/create?fromImage=busybox&tag=1', { headers: auth });
    expect(pulled.text).toBe('{"status":"Pulling from busybox:1","id":"latest"}\r\n{"status":"Done"}\r\n');
    expect(asked()).toMatchObject({ ref: 'busybox:1', auth: { username: 'u', password: 'p' } });
    await post('/images/create?fromImage=busybox&tag=sha256:ab');
    expect(asked()).toMatchObject({ ref: 'busybox@sha256:ab', auth: undefined });
    expect(await post('/images/create?fromImage=nosuch')).toMatchObject({
      status: 404,
      json: { message: 'pull access denied for nosuch' },
    });
    const broken = await post('/images/create?fromImage=broken');
    expect(broken.status).toBe(200);
    expect(broken.text.split('\r\n').at(-2)).toBe(
      '{"errorDetail":{"message":"the connection broke"},"error":"the connection broke"}',
    );
  });

  test('push and import', async () => {
    const pushed = await post('/images/127.0.0.1:5000/pp/bb/push?tag=1', { headers: auth });
    expect(pushed.text).toContain('The push refers to repository [127.0.0.1:5000/pp/bb]');
    expect(asked()).toMatchObject({ tag: '1', auth: { username: 'u' } });
    const imported = await post('/images/create?fromSrc=-&repo=i&tag=1&changes=CMD%20sh&message=m', { body: 'tar' });
    expect(imported.text).toBe('{"status":"tar"}\r\n');
    expect(asked()).toMatchObject({ repo: 'i', tag: '1', changes: ['CMD sh'], message: 'm' });
    expect((await post('/images/create')).status).toBe(400);
    expect((await post('/images/create?fromSrc=ftp://x')).status).toBe(400);
  });

  test('auth, distribution, search', async () => {
    expect((await post('/auth', { body: { username: 'u', password: 'right' } })).json).toEqual({
      Status: 'Login Succeeded',
      IdentityToken: '',
    });
    expect((await post('/auth', { body: { username: 'u', password: 'wrong' } })).status).toBe(401);
    expect((await ask('/distribution/a/b:1/json')).json.Descriptor.digest).toBe('sha256:a/b:1');
    expect((await ask('/images/search?term=x')).status).toBe(501);
  });
});

describe('networks', () => {
  test('are listed, found, made, joined, left and removed', async () => {
    const names = (networks: Array<{ Name: string }>) => networks.map(({ Name }) => Name);
    expect(names((await ask('/networks')).json)).toEqual(['bridge', 'host', 'none']);
    expect((await ask('/networks/none?verbose=true')).json.Driver).toBe('null');
    expect((await ask('/networks/nope')).json.message).toBe('network nope not found');
    const created = await post('/networks/create', { body: { Name: 'n1', CheckDuplicate: true } });
    expect(created).toMatchObject({ status: 201, json: { Id: 'n1', Warning: '' } });
    expect((await post('/networks/n1/connect', { body: { Container: 'c1' } })).status).toBe(200);
    expect((await post('/networks/nope/connect', { body: { Container: 'c1' } })).status).toBe(404);
    expect((await post('/networks/n1/disconnect', { body: { Container: 'c1', Force: true } })).status).toBe(200);
    expect((await ask('/networks/none', { method: 'DELETE' })).status).toBe(403);
    expect((await ask('/networks/n1', { method: 'DELETE' })).status).toBe(204);
    expect((await post('/networks/prune')).json).toEqual({ NetworksDeleted: null });
  });
});

describe('events', () => {
  const event = (action: string): EngineEvent => ({ type: 'volume', action, id: 'v1', attributes: {} });

  test('are in the stream from its head on, at once', async () => {
    const response = await open(served.path, `/events?${filter({ type: { volume: true } })}`);
    expect(response.headers['content-type']).toBe('application/json');
    served.engine.events.publish(event('create'));
    served.engine.events.publish({ ...event('start'), type: 'container' });
    served.engine.events.publish(event('destroy'));
    let text = '';
    for await (const chunk of response) {
      text += String(chunk);
      if (text.split('\n').length > 2) break;
    }
    const messages = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(messages.map((message) => message.Action)).toEqual(['create', 'destroy']);
    expect(text).toMatch(/"timeNano":\d{19}\}/);
    while (served.engine.events.listeners > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  });

  test('of the past end at until', async () => {
    served.engine.events.publish(event('mount'));
    const { text } = await ask(`/events?since=1&until=${Date.now() / 1000 + 0.05}`);
    expect(text).toContain('"Action":"mount"');
    expect((await ask('/events?since=2&until=1')).status).toBe(400);
    expect((await ask(`/events?${filter({ bogus: ['x'] })}`)).json.message).toBe("invalid filter 'bogus'");
  });
});

describe('system', () => {
  test('version and info', async () => {
    const version = (await ask('/version')).json;
    expect(version).toMatchObject({
      Version: '1.2.3',
      ApiVersion: '1.50',
      MinAPIVersion: '1.24',
      Arch: 'amd64',
      Os: 'linux',
    });
    expect(version.Components.map((part: { Name: string }) => part.Name)).toEqual(['Engine', 'runc']);
    const info = (await ask('/info')).json;
    expect(info).toMatchObject({
      Containers: 3,
      ContainersRunning: 1,
      CgroupVersion: '1',
      Architecture: 'x86_64',
      Runtimes: { runc: { path: '/usr/sbin/runc' } },
      Swarm: { LocalNodeState: 'inactive' },
      Warnings: ['WARNING: no bridge'],
    });
  });

  test('df measures what is asked for', async () => {
    served.engine.volumes.all.clear();
    await post('/volumes/create', { body: { Name: 'v1' } });
    const all = (await ask('/system/df')).json;
    expect(all).toMatchObject({
      LayersSize: 9,
      Images: [{ Id: 'i1' }],
      Containers: [{ Id: 'c1' }],
      BuildCache: [{ Size: 7 }],
    });
    expect(all.Volumes[0]).toMatchObject({ Name: 'v1', UsageData: { Size: 5, RefCount: 1 } });
    expect(all).not.toHaveProperty('BuilderSize');
    expect((await ask('/system/df?type=volume&type=container')).json).toMatchObject({ Images: null, BuildCache: null });
    expect((await ask('/system/df?type=bogus')).json.message).toBe('unknown object type: bogus');
    expect((await ask('/v1.41/system/df?type=bogus')).json).toMatchObject({ BuilderSize: 7, LayersSize: 9 });
  });

  test('a build is told line by line, and its cache is cleared', async () => {
    const built = await post('/build?t=x&t=y', { body: Buffer.from('tar') });
    expect(built).toMatchObject({ status: 200, text: '{"stream":"built x,y\\n"}\r\n' });
    expect((await post('/build/prune')).json).toEqual({ CachesDeleted: null, SpaceReclaimed: 7 });
    expect((await post('/build?buildargs=[1]', { body: Buffer.from('tar') })).status).toBe(400);
  });

  test('what is not there says so', async () => {
    expect((await post('/build?version=2', { body: Buffer.from('tar') })).status).toBe(501);
    expect((await ask('/plugins')).json).toEqual([]);
    expect((await ask('/plugins/a/b:1/json')).json.message).toBe('plugin "a/b:1" not found');
    expect((await ask('/plugins/a/b:1', { method: 'DELETE' })).json.message).toBe('plugin "a/b:1" not found');
    expect((await post('/plugins/a/b:1/enable')).json.message).toBe('plugin "a/b:1" not found');
    expect((await post('/swarm/init', { body: {} })).status).toBe(501);
  });
});
