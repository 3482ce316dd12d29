import { describe, expect, test } from 'vitest';
import { frame } from './frames.ts';
import { upgradeHead } from './testsuite/raw-client.ts';
import { ServedClients } from './testsuite/served-clients.ts';

const clients = new ServedClients();
const connected = () => clients.connect();

const RAW = 'application/vnd.docker.raw-stream';

describe('starting an exec', () => {
  const body = '{"detach":false,"TTY":false,"ConsoleSize":[1,2]}';
  const length = { 'Content-Type': 'application/json', 'Content-Length': String(body.length) };
  const chunked = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };
  const askedFor = () => clients.served.engine.containers.asked.at(-1);

  test.each([
    ['of known length, all at once', [`${upgradeHead('/exec/c1/start', length)}${body}`]],
    ['of known length, cut anywhere', [upgradeHead('/exec/c1/start', length), body.slice(0, 9), body.slice(9)]],
    [
      'in chunks',
      [
        `${upgradeHead('/exec/c1/start', chunked)}5\r\n${body.slice(0, 5)}\r\n`,
        `${(body.length - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\n`,
        '\r\n',
      ],
    ],
  ])('reads a body %s, and what follows it is input', async (_name, pieces) => {
    const container = clients.served.engine.containers.add('c1');
    const client = await connected();
    for (const piece of pieces) {
      client.send(piece);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    client.send('input');
    client.socket.end();
    await client.until((text) => text.startsWith('HTTP/1.1 101 UPGRADED\r\n'));
    expect(askedFor()).toEqual({ what: 'exec start', with: { Detach: false, Tty: false, ConsoleSize: [1, 2] } });
    const read: Buffer[] = [];
    for await (const chunk of container.stdin) read.push(chunk as Buffer);
    expect(Buffer.concat(read).toString()).toBe('input');
    container.exit(0);
    await client.toEnd();
  });

  test('without an upgrade answers 200 and the stream', async () => {
    const container = clients.served.engine.containers.add('c1');
    const client = await connected();
    client.send(
      `POST /exec/c1/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    await client.until((text) => text.includes('\r\n\r\n'));
    container.write(2, 'oops');
    container.exit(0);
    const head = `HTTP/1.1 200 OK\r\nContent-Type: ${RAW}\r\n\r\n`;
    expect(await client.toEnd()).toEqual(Buffer.concat([Buffer.from(head), frame(2, Buffer.from('oops'))]));
  });

  test('detached answers an empty 200, with or without an upgrade', async () => {
    clients.served.engine.containers.add('c1');
    const detached = '{"Detach":true}';
    const head = { 'Content-Type': 'application/json', 'Content-Length': String(detached.length) };
    const client = await connected();
    client.send(`${upgradeHead('/exec/c1/start', head)}${detached}`);
    const answer = (await client.toEnd()).toString();
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(answer).toContain('Content-Length: 0\r\n');
  });

  test.each([
    ['chunks that are none', { 'Transfer-Encoding': 'chunked' }, '{"a":1}\r\n'],
    ['no JSON', { 'Content-Type': 'application/json', 'Content-Length': '3' }, '{x}'],
    ['JSON of another type', { 'Content-Type': 'text/plain', 'Content-Length': '2' }, '{}'],
  ])('refuses %s', async (_name, headers, sent) => {
    clients.served.engine.containers.add('c1');
    const client = await connected();
    client.send(`${upgradeHead('/exec/c1/start', headers)}${sent}`);
    expect((await client.toEnd()).toString()).toMatch(/^HTTP\/1.1 400 /);
  });

  test('survives a client that leaves in the middle of its body', async () => {
    const client = await connected();
    client.send(`${upgradeHead('/exec/c1/start', length)}{"De`);
    client.socket.end();
    expect((await client.toEnd()).toString()).toContain('the request ended before its body');
  });
});
