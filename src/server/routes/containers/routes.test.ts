import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemError } from '../../../errors/index.ts';
import { frame } from '../../frames.ts';
import { type Ask, fetchAnswer, open } from '../../testsuite/http-client.ts';
import type { MemoryContainers } from '../../testsuite/memory-containers.ts';
import { RawClient } from '../../testsuite/raw-client.ts';
import { type ServedEngine, serveMemoryEngine } from '../../testsuite/served-engine.ts';

let served: ServedEngine;
let containers: MemoryContainers;
beforeAll(async () => {
  served = await serveMemoryEngine();
  containers = served.engine.containers;
});
beforeEach(() => {
  containers.all.clear();
  containers.failure = undefined;
  containers.add('c1');
});
afterAll(() => served.close());

const ask = (path: string, options?: Ask) => fetchAnswer(served.path, path, options);
const post = (path: string, options?: Ask) => ask(path, { method: 'POST', ...options });
const lastAsked = () => containers.asked.at(-1)?.with;

describe('create', () => {
  test('takes the body, and of the query only what is its own', async () => {
    const body = { Image: 'busybox', HostConfig: { Binds: ['v1:/v'] } };
    const query = 'name=web&platform=linux/amd64&Hostname=&Image=other';
    const { status, json } = await post(`/v1.45/containers/create?${query}`, { body });
    expect({ status, json }).toEqual({ status: 201, json: { Id: 'web', Warnings: [] } });
    expect(lastAsked()).toMatchObject({
      name: 'web',
      platform: 'linux/amd64',
      apiVersion: '1.45',
      body: { Image: 'busybox', Hostname: '', HostConfig: { Binds: ['v1:/v'], Tmpfs: {} } },
    });
    expect((await post('/containers/create?name=web', { body })).status).toBe(409);
  });

  test('needs a body', async () => {
    const { status, json } = await post('/containers/create');
    expect({ status, message: json.message }).toEqual({
      status: 400,
      message: 'invalid JSON: got EOF while reading request body',
    });
  });
});

describe('records', () => {
  test('list with every form of its query', async () => {
    await ask('/v1.41/containers/json?all=True&limit=-1&size=0&trunc_cmd=0&filters=%7B%22name%22%3A%5B%22a%22%5D%7D');
    expect(lastAsked()).toMatchObject({ all: true, limit: -1, size: false, apiVersion: '1.41' });
    expect((lastAsked() as { filters: Map<string, string[]> }).filters).toEqual(new Map([['name', ['a']]]));
    expect((await ask('/containers/json?filters=nonsense')).status).toBe(400);
    expect((await ask('/containers/json?limit=x')).json.message).toContain('parsing "x"');
  });

  test('inspect by name, also with a slash before it', async () => {
    expect((await ask('/containers/c1/json?size=1')).json.options).toEqual({ size: true, apiVersion: '1.50' });
    expect((await ask('/containers//c1/json')).json.Id).toBe('c1');
    expect((await ask('/containers/nope/json')).json.message).toBe('No such container: nope');
  });

  test('top, changes, update, rename, commit', async () => {
    expect((await ask('/containers/c1/top?ps_args=-o%20pid')).json).toEqual({
      Titles: ['-o pid'],
      Processes: [['c1']],
    });
    expect((await ask('/containers/c1/changes')).json).toEqual([{ Path: '/c1', Kind: 1 }]);
    expect((await post('/containers/c1/update', { body: { memory: 5 } })).json).toEqual({ Warnings: null });
    expect(lastAsked()).toMatchObject({ Memory: 5 });
    expect((await post('/containers/c1/rename?name=c2', { body: { name: 'c2' } })).status).toBe(204);
    const query = 'container=c2&repo=r&tag=t&comment=c&author=a&pause=0&changes=CMD%20x&changes=ENV%20a%3Db';
    expect(
      (await post(`/commit?${query}`, { headers: { 'Content-Type': 'application/json' }, body: 'null' })).status,
    ).toBe(201);
    expect(lastAsked()).toEqual({
      container: 'c2',
      repo: 'r',
      tag: 't',
      comment: 'c',
      author: 'a',
      pause: false,
      changes: ['CMD x', 'ENV a=b'],
      config: undefined,
    });
  });

  test('remove and prune', async () => {
    const removed = await ask('/containers/c1?v=True&force=1&link=False', { method: 'DELETE' });
    expect(removed).toMatchObject({ status: 204, text: '' });
    expect(lastAsked()).toEqual({ force: true, volumes: true, link: false });
    containers.add('c2');
    expect((await post('/containers/prune')).json).toEqual({ ContainersDeleted: ['c2'], SpaceReclaimed: 0 });
  });
});

describe('lifecycle', () => {
  test('answers 204 without a body, and 304 where nothing changes', async () => {
    expect(await post('/containers/c1/start', { body: {} })).toMatchObject({ status: 204, text: '' });
    const again = await post('/containers/c1/start');
    expect(again).toMatchObject({ status: 304, text: '' });
    expect((await post('/containers/c1/stop?t=3&signal=INT')).status).toBe(204);
    expect(lastAsked()).toEqual({ signal: 'INT', timeoutSeconds: 3 });
    expect((await post('/containers/c1/restart')).status).toBe(204);
    expect(lastAsked()).toEqual({ signal: '', timeoutSeconds: undefined });
    expect((await post('/containers/c1/pause')).status).toBe(204);
    expect((await post('/containers/c1/unpause')).status).toBe(204);
    expect((await post('/containers/c1/kill')).status).toBe(204);
    expect(lastAsked()).toBe('');
  });

  test('a start takes no configuration', async () => {
    const { status, json } = await post('/containers/c1/start', { body: { Binds: ['a:/a'] } });
    expect(status).toBe(400);
    expect(json.message).toContain('removed in v1.24');
  });

  test('resize needs a size', async () => {
    expect((await post('/containers/c1/resize?h=10&w=20')).status).toBe(200);
    expect(lastAsked()).toEqual({ height: 10, width: 20 });
    for (const query of ['', 'h=1', 'h=x&w=1', 'h=-1&w=1', 'h=70000&w=1']) {
      expect((await post(`/containers/c1/resize?${query}`)).status).toBe(400);
    }
  });
});

describe('wait', () => {
  test('sends its head before there is a result', async () => {
    const response = await open(served.path, '/containers/c1/wait?condition=next-exit', { method: 'POST' });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/json');
    containers.get('c1').exit(3);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    expect(text).toBe('{"StatusCode":3}\n');
  });

  test('is an error where it cannot be in place', async () => {
    expect((await post('/containers/nope/wait')).status).toBe(404);
    expect((await post('/containers/c1/wait?condition=x')).json.message).toBe('invalid condition: "x"');
  });

  test('ends when its client goes, by either end of the connection', async () => {
    const container = containers.get('c1');
    for (const leave of [(client: RawClient) => client.socket.destroy(), (client: RawClient) => client.socket.end()]) {
      container.said.length = 0;
      const client = await RawClient.open(served.path);
      client.send('POST /containers/c1/wait HTTP/1.1\r\nHost: x\r\n\r\n');
      await client.until((text) => text.includes('\r\n\r\n'));
      leave(client);
      while (container.said.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      expect(container.said).toEqual(['wait aborted']);
    }
  });
});

describe('logs', () => {
  const entry = (stream: 'stdout' | 'stderr', data: string) => ({
    stream,
    time: 1_500_000_000n,
    data: Buffer.from(data),
  });
  beforeEach(() => {
    containers.log = [entry('stdout', 'one\n'), entry('stderr', 'err'), entry('stdout', 'tw'), entry('stdout', 'o\n')];
  });
  const raw = async (path: string) => {
    const response = await open(served.path, path);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { type: response.headers['content-type'], body: Buffer.concat(chunks) };
  };

  test('are framed without a terminal, with a time before each line only', async () => {
    const { type, body } = await raw('/containers/c1/logs?stdout=1&stderr=True&timestamps=1');
    expect(type).toBe('application/vnd.docker.multiplexed-stream');
    const stamp = '1970-01-01T00:00:01.500000000Z ';
    const frames = [
      frame(1, Buffer.from(`${stamp}one\n`)),
      frame(2, Buffer.from(`${stamp}err`)),
      frame(1, Buffer.from(`${stamp}tw`)),
      frame(1, Buffer.from('o\n')),
    ];
    expect(body).toEqual(Buffer.concat(frames));
  });

  test('are raw with a terminal, and called raw below API 1.42', async () => {
    containers.add('c2', { tty: true });
    expect(await raw('/containers/c2/logs?stdout=1')).toEqual({
      type: 'application/vnd.docker.raw-stream',
      body: Buffer.from('one\ntwo\n'),
    });
    const old = await raw('/v1.41/containers/c1/logs?stderr=1');
    expect(old).toEqual({ type: 'application/vnd.docker.raw-stream', body: frame(2, Buffer.from('err')) });
  });

  test('pass their query on', async () => {
    await raw('/containers/c1/logs?stdout=1&tail=5&since=1795494042&until=1699.123456789');
    expect(lastAsked()).toMatchObject({
      tail: 5,
      since: 1_795_494_042_000_000_000n,
      until: 1_699_123_456_789n,
      follow: false,
    });
    for (const all of ['all', '-1', '']) {
      await raw(`/containers/c1/logs?stdout=1&since=0&tail=${all}`);
      expect(lastAsked()).toMatchObject({ tail: undefined, since: undefined });
    }
  });

  test('need a stream and a container', async () => {
    expect((await ask('/containers/c1/logs')).json.message).toBe('Bad parameters: you must choose at least one stream');
    expect((await ask('/containers/nope/logs?stdout=1')).status).toBe(404);
    expect((await ask('/containers/c1/logs?stdout=1&since=tomorrow')).status).toBe(400);
  });

  test('that break off are cut, not ended', async () => {
    containers.failure = systemError('the disk is gone');
    await expect(raw('/containers/c1/logs?stdout=1')).rejects.toThrow('aborted');
  });
});

describe('stats', () => {
  test('stream by default, or one', async () => {
    expect((await ask('/containers/c1/stats')).text).toBe('{"id":"c1"}\n{"id":"c1","second":true}\n');
    expect((await ask('/containers/c1/stats?stream=0&one-shot=1')).text).toBe('{"id":"c1"}\n');
  });

  test('of an unknown container are a 404', async () => {
    expect((await ask('/containers/nope/stats')).status).toBe(404);
  });
});

describe('archives', () => {
  test('go in and out, with the stat of the path', async () => {
    const put = { method: 'PUT', headers: { 'Content-Type': 'application/x-tar' }, body: Buffer.from([0, 1, 255]) };
    expect(await ask('/containers/c1/archive?path=/tmp&noOverwriteDirNonDir=true', put)).toMatchObject({
      status: 200,
      text: '',
    });
    const got = await ask('/containers/c1/archive?path=/tmp');
    expect(got.headers['content-type']).toBe('application/x-tar');
    const head = await ask('/containers/c1/archive?path=/tmp', { method: 'HEAD' });
    for (const { headers } of [got, head]) {
      const stat = Buffer.from(String(headers['x-docker-container-path-stat']), 'base64').toString();
      expect(JSON.parse(stat)).toMatchObject({ name: '/tmp', size: 3, mode: 0o644 });
    }
    expect(containers.archives.get('/tmp')).toEqual(Buffer.from([0, 1, 255]));
  });

  test('need a path that is there', async () => {
    expect((await ask('/containers/c1/archive')).status).toBe(400);
    expect((await ask('/containers/c1/archive?path=/nope')).status).toBe(404);
    expect(await ask('/containers/c1/archive?path=/nope', { method: 'HEAD' })).toMatchObject({ status: 404, text: '' });
  });

  test('an export that fails at once is an error, one that fails half-way is cut', async () => {
    expect((await ask('/containers/c1/export')).text).toBe('c1');
    expect((await ask('/containers/nope/export')).status).toBe(404);
    containers.failure = systemError('the disk is gone');
    await expect(ask('/containers/c1/export')).rejects.toThrow('aborted');
  });
});

test('an exec is made, seen and resized', async () => {
  const body = { Cmd: ['ls'], AttachStdout: true, Detach: true, Container: 'c1' };
  expect(await post('/containers/c1/exec', { body })).toMatchObject({ status: 201, json: { Id: 'c1' } });
  expect(lastAsked()).toMatchObject({ Cmd: ['ls'], AttachStdout: true, Tty: false });
  expect((await ask('/exec/c1/json')).json).toEqual({ ID: 'c1' });
  expect((await post('/exec/c1/resize?h=1&w=2')).status).toBe(200);
  expect((await post('/containers/c1/exec', { body: { Cmd: ['ls'], DetachKeys: 'bogus' } })).status).toBe(400);
});
