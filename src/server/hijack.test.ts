import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { frame } from './frames.ts';
import { type RawClient, upgradeHead } from './testsuite/raw-client.ts';
import { ServedClients } from './testsuite/served-clients.ts';

const clients = new ServedClients();
const connected = () => clients.connect();

const MULTIPLEXED = 'application/vnd.docker.multiplexed-stream';
const RAW = 'application/vnd.docker.raw-stream';
const upgraded = (type: string) =>
  `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`;

async function attached(path: string, id = 'c1'): Promise<RawClient> {
  const client = await connected();
  client.send(upgradeHead(`${path.replace('ID', id)}`));
  await client.until((text) => text.includes('\r\n\r\n'));
  return client;
}

describe('the head of an attach', () => {
  test.each([
    ['/containers/ID/attach?stream=1&stdout=1', false, MULTIPLEXED],
    ['/v1.42/containers/ID/attach?stream=1&stdout=1', false, MULTIPLEXED],
    ['/v1.41/containers/ID/attach?stream=1&stdout=1', false, RAW],
    ['/v1.45/containers/ID/attach?stream=1&stdout=1', true, RAW],
  ])('%s, tty %s, is exact to the byte', async (path, tty, type) => {
    clients.served.engine.containers.add('c1', { tty });
    const client = await attached(path);
    expect(client.received.toString()).toBe(upgraded(type));
  });

  test('without an upgrade is a 200 that ends with the connection', async () => {
    const container = clients.served.engine.containers.add('c1');
    const client = await connected();
    client.send('POST /containers/c1/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    const head = `HTTP/1.1 200 OK\r\nContent-Type: ${RAW}\r\n\r\n`;
    await client.until((text) => text === head);
    container.write(1, 'out');
    container.exit(0);
    expect(await client.toEnd()).toEqual(Buffer.concat([Buffer.from(head), frame(1, Buffer.from('out'))]));
  });

  test('is an ordinary error where there is nothing to attach to, and the connection ends', async () => {
    const client = await connected();
    client.send(upgradeHead('/containers/nope/attach?stream=1'));
    const answer = (await client.toEnd()).toString();
    expect(answer).toMatch(/^HTTP\/1.1 404 Not Found\r\n/);
    expect(answer).toContain('{"message":"No such container: nope"}\n');
  });

  test('of unknown detach keys is a 400, before anything is attached', async () => {
    const container = clients.served.engine.containers.add('c1');
    const client = await connected();
    client.send(upgradeHead('/containers/c1/attach?stream=1&detachKeys=bogus'));
    expect((await client.toEnd()).toString()).toContain('Invalid detach keys (bogus) provided');
    expect(container.said).toEqual([]);
  });
});

describe('output', () => {
  test('is framed by stream without a terminal and raw with one', async () => {
    const plain = clients.served.engine.containers.add('c1');
    const terminal = clients.served.engine.containers.add('c2', { tty: true });
    const first = await attached('/containers/ID/attach?stream=1&stdout=1&stderr=1');
    const second = await attached('/containers/ID/attach?stream=1&stdout=1&stderr=1', 'c2');
    plain.write(1, 'out');
    plain.write(2, 'err');
    plain.exit(0);
    terminal.write(1, 'out');
    terminal.exit(0);
    const frames = Buffer.concat([frame(1, Buffer.from('out')), frame(2, Buffer.from('err'))]);
    expect(await first.toEnd()).toEqual(Buffer.concat([Buffer.from(upgraded(MULTIPLEXED)), frames]));
    expect((await second.toEnd()).toString()).toBe(`${upgraded(RAW)}out`);
  });

  test('goes on after the client has ended its input', async () => {
    const container = clients.served.engine.containers.add('c1', { tty: true });
    const client = await attached('/containers/ID/attach?stream=1&stdout=1');
    client.socket.end();
    await new Promise(setImmediate);
    container.write(1, 'still here');
    await client.until((text) => text.endsWith('still here'));
    container.exit(0);
    await client.toEnd();
    expect(container.said).not.toContain('detach');
  });

  test('of 50 MB reaches a slow reader exactly, and the source waits for it', { timeout: 60_000 }, async () => {
    const container = clients.served.engine.containers.add('c1', { tty: true });
    const client = await attached('/containers/ID/attach?stream=1&stdout=1');
    const chunk = randomBytes(1 << 20);
    client.socket.pause();
    let written = 0;
    const writing = (async () => {
      for (; written < 50; written += 1) await container.writeAll(1, chunk);
      container.exit(0);
    })();
    // Time for the source to run ahead as far as it is let.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(written).toBeLessThan(12);
    expect(client.bytes).toBeLessThan(1 << 20);
    client.socket.resume();
    const [received] = await Promise.all([client.toEnd(), writing]);
    const body = received.subarray(Buffer.byteLength(upgraded(RAW)));
    expect(body.length).toBe(50 * chunk.length);
    for (let at = 0; at < 50; at += 1) {
      expect(chunk.equals(body.subarray(at * chunk.length, (at + 1) * chunk.length))).toBe(true);
    }
  });

  test('ends with a plain end where the client was still sending', async () => {
    const container = clients.served.engine.containers.add('c1', { tty: true });
    const client = await attached('/containers/ID/attach?stream=1&stdout=1');
    client.send(randomBytes(500_000));
    container.write(1, 'bye');
    container.exit(0);
    client.send(randomBytes(500_000));
    expect((await client.toEnd()).toString()).toContain('bye');
    expect(client.failure).toBeUndefined();
  });
});

describe('input', () => {
  const INPUT = '/containers/ID/attach?stream=1&stdin=1&stdout=1';

  test('of 50 MB of any bytes reaches a slow process exactly; its end is the end of input', {
    timeout: 60_000,
  }, async () => {
    const container = clients.served.engine.containers.add('c1');
    const client = await attached(INPUT);
    const sent = randomBytes(50 << 20);
    // The default detach keys, which mean nothing without a terminal.
    sent.set([0x10, 0x11], 1000);
    client.socket.end(sent);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(container.stdin.readableLength).toBeLessThan(1 << 20);
    const read: Buffer[] = [];
    for await (const chunk of container.stdin) read.push(chunk as Buffer);
    expect(Buffer.concat(read).equals(sent)).toBe(true);
    container.exit(0);
    await client.toEnd();
  });

  test('that arrives in one piece with the request is not lost', async () => {
    const container = clients.served.engine.containers.add('c1');
    const client = await connected();
    client.send(`${upgradeHead(INPUT.replace('ID', 'c1'))}typed early`);
    client.socket.end();
    const read: Buffer[] = [];
    for await (const chunk of container.stdin) read.push(chunk as Buffer);
    expect(Buffer.concat(read).toString()).toBe('typed early');
    container.exit(0);
    await client.toEnd();
  });

  test('without an upgrade follows the body', async () => {
    const container = clients.served.engine.containers.add('c1');
    const client = await connected();
    client.send(`POST ${INPUT.replace('ID', 'c1')} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`);
    await client.until((text) => text.includes('\r\n\r\n'));
    client.socket.end('typed');
    const read: Buffer[] = [];
    for await (const chunk of container.stdin) read.push(chunk as Buffer);
    expect(Buffer.concat(read).toString()).toBe('typed');
    container.exit(0);
    await client.toEnd();
  });

  test('on a terminal with the detach keys detaches; they and what follows are swallowed', async () => {
    const container = clients.served.engine.containers.add('c1', { tty: true });
    const client = await attached(INPUT);
    client.send('ab\x10');
    client.send('\x11cd');
    await client.toEnd();
    // Later input and its end are nothing to the process either.
    client.socket.end('ef');
    await new Promise((resolve) => client.socket.once('close', resolve));
    expect(container.said[0]).toBe('detach');
    expect(container.stdin.read()?.toString()).toBe('ab');
    expect(container.stdin.writableEnded).toBe(false);
  });

  test('with detach keys of the client’s own', async () => {
    const container = clients.served.engine.containers.add('c1', { tty: true });
    const client = await attached(`${INPUT}&detachKeys=ctrl-x,y`);
    client.send('\x10\x11\x18');
    client.send('z\x18y');
    await client.toEnd();
    expect(container.stdin.read()?.toString()).toBe('\x10\x11\x18z');
  });

  test('after the process has closed its end is thrown away', async () => {
    const container = clients.served.engine.containers.add('c1');
    const client = await attached(INPUT);
    container.stdin.destroy();
    client.socket.end(randomBytes(2 << 20));
    container.write(1, 'done');
    container.exit(0);
    expect((await client.toEnd()).toString('latin1')).toContain('done');
    expect(client.failure).toBeUndefined();
  });
});

test('a client that disappears closes its attach, and only its own', async () => {
  const container = clients.served.engine.containers.add('c1', { tty: true });
  const client = await attached('/containers/ID/attach?stream=1&stdout=1');
  client.socket.destroy();
  // A peer that is gone shows at the next writes.
  while (!container.said.includes('close')) {
    container.write(1, 'x');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  container.exit(0);
});
