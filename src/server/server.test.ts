import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ask, fetchAnswer } from './testsuite/http-client.ts';
import { RawClient } from './testsuite/raw-client.ts';
import { type ServedEngine, serveMemoryEngine } from './testsuite/served-engine.ts';

let served: ServedEngine;
beforeAll(async () => {
  served = await serveMemoryEngine();
});
afterAll(() => served.close());

const ask = (path: string, options?: Ask) => fetchAnswer(served.path, path, options);

describe('_ping', () => {
  test.each(['/_ping', '/v1.24/_ping', '/v1.50/_ping'])('GET %s', async (path) => {
    const { status, headers, text } = await ask(path);
    expect({ status, text }).toEqual({ status: 200, text: 'OK' });
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'api-version': '1.50',
      'docker-experimental': 'false',
      ostype: 'linux',
      server: 'Holdfast/1.2.3 (linux)',
      'builder-version': '1',
      swarm: 'inactive',
      'cache-control': 'no-cache, no-store, must-revalidate',
    });
  });

  test('HEAD has the head and no body', async () => {
    const { status, headers, text } = await ask('/_ping', { method: 'HEAD' });
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers).toMatchObject({ 'api-version': '1.50', 'content-length': '0' });
  });
});

describe('API versions', () => {
  test.each([
    ['/v1.23/info', 'client version 1.23 is too old. Minimum supported API version is 1.24'],
    ['/v1.51/info', 'client version 1.51 is too new. Maximum supported API version is 1.50'],
    ['/v1../info', 'invalid API version "1.."'],
  ])('%s is refused', async (path, message) => {
    const { status, headers, json } = await ask(path);
    expect(status).toBe(400);
    expect(headers['api-version']).toBe('1.50');
    expect(json.message).toContain(message);
  });
});

describe('errors', () => {
  test.each([
    ['GET', '/nope'],
    ['GET', '/v1.45/libpod/_ping'],
    ['POST', '/session'],
    ['POST', '/grpc'],
    ['PATCH', '/info'],
    ['POST', '/info'],
    ['GET', '/containers/c1/start'],
    ['GET', '/info/'],
  ])('%s %s is no route', async (method, path) => {
    const { status, headers, text } = await ask(path, { method });
    expect({ status, text }).toEqual({ status: 404, text: '{"message":"page not found"}\n' });
    expect(headers['content-type']).toBe('application/json');
  });

  test('of the engine have Docker’s envelope', async () => {
    const { status, headers, text } = await ask('/volumes/nope');
    expect({ status, text }).toEqual({ status: 404, text: '{"message":"get nope: no such volume"}\n' });
    expect(headers['content-type']).toBe('application/json');
  });

  test('that nobody expected tell the client nothing', async () => {
    const { images } = served.engine;
    images.prune = () => Promise.reject(new TypeError('secret detail'));
    const { status, json } = await ask('/images/prune', { method: 'POST' });
    expect(status).toBe(500);
    expect(json.message).toBe('the engine failed unexpectedly; its log tells more');
  });

  test('of a malformed URL are the client’s', async () => {
    expect((await ask('/volumes/%zz')).status).toBe(400);
  });

  test.each(['GET', 'POST', 'DELETE'])('%s to a cluster noun says that there is no cluster', async (method) => {
    for (const path of ['/nodes', '/swarm', '/services/a/logs', '/tasks', '/secrets/x', '/configs']) {
      const { status, json } = await ask(path, { method });
      expect(status).toBe(503);
      expect(json.message).toMatch(/^This node is not a swarm manager. Use "docker swarm init"/);
    }
  });
});

describe('bodies', () => {
  const create = (options: Ask) => ask('/volumes/create', { method: 'POST', ...options });

  test('must be JSON and say so, where there is one', async () => {
    expect((await create({})).status).toBe(201);
    expect((await create({ headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: '{}' })).status).toBe(
      201,
    );
    const refused = async (options: Ask) => (await create(options)).json.message;
    expect(await refused({ headers: { 'Content-Type': 'text/plain' }, body: '{}' })).toBe(
      "unsupported Content-Type header (text/plain): must be 'application/json'",
    );
    expect(await refused({ headers: { 'Content-Type': 'nonsense' }, body: '{}' })).toBe(
      'malformed Content-Type header (nonsense)',
    );
    expect(await refused({ body: '{}' })).toBe('malformed Content-Type header ()');
    const json = { 'Content-Type': 'application/json' };
    expect(await refused({ headers: json, body: '{}{}' })).toBe('unexpected content after JSON');
    expect(await refused({ headers: json, body: '{' })).toMatch(/^invalid JSON: /);
    expect(await refused({ headers: json, body: ' ' })).toBe('invalid JSON: got EOF while reading request body');
    expect(await refused({ headers: json, body: '{"name":1}' })).toBe(
      'invalid JSON: cannot use number as string in field Name',
    );
  });

  test('where none is due are ignored, and unknown query keys too', async () => {
    served.engine.containers.add('ignored').running = true;
    const query = 'signal=TERM&HostConfig=%7B%22a%22%3A1%7D&Hostname=';
    const killed = await ask(`/containers/ignored/kill?${query}`, { method: 'POST', body: { signal: 'TERM' } });
    expect(killed.status).toBe(204);
    expect(killed.text).toBe('');
  });

  test('a whole body repeated in the query is no problem', async () => {
    const { status } = await ask(`/volumes?x=${'a'.repeat(200_000)}`);
    expect(status).toBe(200);
  });
});

test('requests follow each other on one connection', async () => {
  const client = await RawClient.open(served.path);
  served.engine.containers.add('again').running = true;
  const get = 'GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n';
  client.send(`POST /containers/again/start HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n${get}${get}`);
  await client.until((text) => text.split('HTTP/1.1 ').length === 4 && text.endsWith('OK'));
  expect(client.received.toString()).toMatch(
    /^HTTP\/1.1 304 Not Modified\r\n[^{]*HTTP\/1.1 200 OK[^{]*HTTP\/1.1 200 OK/,
  );
  client.socket.destroy();
});

test('a client that has ended its requests still gets its answer', async () => {
  const client = await RawClient.open(served.path);
  client.socket.end('GET /version HTTP/1.1\r\nHost: x\r\n\r\n');
  expect((await client.toEnd()).toString()).toContain('"ApiVersion":"1.50"');
});

test('a request for another upgrade gets an ordinary answer', async () => {
  const client = await RawClient.open(served.path);
  client.send('GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
  const answer = (await client.toEnd()).toString();
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  expect(answer).toMatch(/\r\n\r\nOK$/);
});
