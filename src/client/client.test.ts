import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient, Demultiplexer, encodeFilters, jsonLines, parseEndpoint, readText } from './index.ts';
import { requestPath } from './query.ts';

let folder: string;
let server: Server;
let client: ApiClient;
let asked: string[];
let listener: RequestListener;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-client-'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  const path = join(folder, 'engine.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  client = new ApiClient({ endpoint: { kind: 'unix', url: `unix://${path}`, path }, userAgent: 'test' });
});
afterEach(() => {
  client.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string) => client.json<unknown>({ method: 'GET', path });

describe('requests', () => {
  it('carry version, query and JSON', async () => {
    let body = '';
    listener = async (request, response) => {
      for await (const chunk of request) body += chunk;
      response.end('{"a":1}');
    };
    const query = { all: true, none: false, text: '', limit: 0, names: ['a', 'b'] };
    expect(await client.json({ method: 'POST', path: '/x/y z?', query, body: { b: 2 } })).toEqual({ a: 1 });
    expect(asked).toEqual(['POST /v1.50/x/y%20z%3F?all=1&limit=0&names=a&names=b']);
    expect(body).toBe('{"b":2}');
  });

  it("fail with the server's message and the kind of its status", async () => {
    listener = (_, response) =>
      response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"message":"get x: no such volume"}');
    await expect(get('/volumes/x')).rejects.toMatchObject({
      kind: 'not-found',
      message: 'Error response from daemon: get x: no such volume',
    });
    listener = (_, response) => response.writeHead(409).end('plain words\r\n');
    await expect(get('/')).rejects.toMatchObject({
      kind: 'conflict',
      message: 'Error response from daemon: plain words',
    });
    listener = (_, response) => response.writeHead(500).end();
    await expect(get('/')).rejects.toThrow('Error response from daemon: 500 Internal Server Error');
  });

  it('take not modified for success', async () => {
    listener = (_, response) => response.writeHead(304).end();
    await client.send({ method: 'POST', path: '/containers/x/start' });
  });

  it('meet an older server at its version, from the next request on', async () => {
    listener = (request, response) => {
      if (request.url?.startsWith('/v1.41/') === true) response.end('{}');
      else
        response
          .writeHead(400)
          .end('{"message":"client version 1.50 is too new. Maximum supported API version is 1.41"}');
    };
    await get('/info');
    await get('/info');
    expect(asked).toEqual(['GET /v1.50/info', 'GET /v1.41/info', 'GET /v1.41/info']);
    expect(client.version).toBe('1.41');
  });

  it('ask for the version before a body that can be sent only once', async () => {
    listener = (request, response) => {
      request.resume();
      response.setHeader('Api-Version', '1.44');
      request.on('end', () => response.end('{}'));
    };
    await client.send({ method: 'POST', path: '/images/load', body: Readable.from([Buffer.from('tar')]) });
    expect(asked).toEqual(['HEAD /_ping', 'POST /v1.44/images/load']);
  });

  it('say that nobody answers, and try again after somebody was started', async () => {
    const endpoint = { kind: 'unix' as const, url: 'unix:///gone.sock', path: join(folder, 'gone.sock') };
    const gone = new ApiClient({ endpoint, userAgent: 'test' });
    await expect(gone.send({ method: 'GET', path: '/' })).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'Cannot connect to the Holdfast daemon at unix:///gone.sock. Is the holdfast daemon running?',
    });
    const second = createServer((_, response) => response.end('{"ok":true}'));
    const started = new ApiClient({
      endpoint,
      userAgent: 'test',
      onNotListening: () => new Promise((resolve) => second.listen(endpoint.path, () => resolve(true))),
    });
    expect(await started.json({ method: 'GET', path: '/' })).toEqual({ ok: true });
    started.close();
    second.close();
  });
});

describe('hijacked connections', () => {
  it('close each way by itself', async () => {
    let read = '';
    server.on('upgrade', (_, socket: Socket) => {
      socket.write('HTTP/1.1 101 UPGRADED\r\nContent-Type: x/y\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst ');
      socket.on('data', (chunk) => {
        read += chunk;
      });
      socket.on('end', () => socket.end(`then ${read}`));
    });
    const { socket, contentType } = await client.hijack({ method: 'POST', path: '/containers/x/attach' });
    expect(contentType).toBe('x/y');
    socket.end('input');
    expect(await readText(socket)).toBe('first then input');
  });

  it('fail as requests do', async () => {
    server.on('upgrade', (_, socket: Socket) =>
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\nNo such container: x\r\n'),
    );
    await expect(client.hijack({ method: 'POST', path: '/containers/x/attach' })).rejects.toMatchObject({
      kind: 'not-found',
      message: 'Error response from daemon: No such container: x',
    });
  });
});

describe('endpoints', () => {
  it.each([
    ['', { kind: 'unix', path: '/run/holdfast/holdfast.sock' }],
    ['unix:///a/b.sock', { kind: 'unix', path: '/a/b.sock' }],
    ['/a/b.sock', { kind: 'unix', path: '/a/b.sock', url: 'unix:///a/b.sock' }],
    ['tcp://127.0.0.1:9', { kind: 'tcp', host: '127.0.0.1', port: 9 }],
    ['tcp://[::1]', { kind: 'tcp', host: '::1', port: 2375 }],
    ['host:80', { kind: 'tcp', host: 'host', port: 80 }],
  ])('%j', (host, endpoint) => {
    expect(parseEndpoint(host)).toMatchObject(endpoint);
  });

  it('refuses what it cannot speak', () => {
    expect(() => parseEndpoint('ssh://host')).toThrow('ssh:// is not supported');
    expect(() => parseEndpoint('unix://relative')).toThrow('unable to parse docker host');
    expect(() => parseEndpoint('foo://bar')).toThrow('unable to parse docker host');
    expect(() => parseEndpoint('tcp://host:65536')).toThrow('there is no port 65536');
  });
});

describe('streams', () => {
  it('are taken apart whatever the pieces they come in', () => {
    const part = fc.record({ stream: fc.constantFrom(1, 2), data: fc.uint8Array({ maxLength: 20 }) });
    fc.assert(
      fc.property(fc.array(part), fc.integer({ min: 1, max: 9 }), (parts, step) => {
        const whole = Buffer.concat(
          parts.map(({ stream, data }) => Buffer.concat([Buffer.from([stream, 0, 0, 0, 0, 0, 0, data.length]), data])),
        );
        const out: Record<number, Buffer[]> = { 1: [], 2: [] };
        const demultiplexer = new Demultiplexer({
          stdout: (chunk) => out[1]?.push(chunk),
          stderr: (chunk) => out[2]?.push(chunk),
        });
        for (let at = 0; at < whole.length; at += step) demultiplexer.write(whole.subarray(at, at + step));
        for (const stream of [1, 2]) {
          const sent = Buffer.concat(parts.filter((each) => each.stream === stream).map(({ data }) => data));
          expect(Buffer.concat(out[stream] ?? [])).toEqual(sent);
        }
      }),
    );
  });

  it('carry errors of the daemon', () => {
    const demultiplexer = new Demultiplexer({ stdout: () => undefined, stderr: () => undefined });
    expect(() => demultiplexer.write(Buffer.from([3, 0, 0, 0, 0, 0, 0, 2, 0x6e, 0x6f]))).toThrow(
      'error from daemon in stream: no',
    );
    expect(() =>
      new Demultiplexer({ stdout: () => undefined, stderr: () => undefined }).write(Buffer.from('HTTP/1.1')),
    ).toThrow('unrecognized stream: 72');
  });

  it('of JSON are cut at lines', async () => {
    const values = [];
    for await (const value of jsonLines(
      Readable.from([Buffer.from('{"a":"é'), Buffer.from('"}\r\n\n{"b"'), Buffer.from(':2}')]),
    ))
      values.push(value);
    expect(values).toEqual([{ a: 'é' }, { b: 2 }]);
  });
});

describe('queries', () => {
  it('have filters as Go clients send them', () => {
    expect(encodeFilters(new Map())).toBeUndefined();
    expect(encodeFilters(new Map([['label', ['a', 'b']]]))).toBe('{"label":{"a":true,"b":true}}');
  });

  it('keep any path within itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const url = new URL(`http://x${requestPath(`/volumes/${name}/`, { query: { a: name } })}`);
        expect(url.hash).toBe('');
        expect(url.searchParams.get('a') ?? '').toBe(name);
      }),
    );
  });
});
