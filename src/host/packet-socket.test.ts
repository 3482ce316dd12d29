import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeqpacketServer, type SeqpacketSocket } from 'node-unix-socket';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PacketSocket } from './packet-socket.ts';

let dir: string;
let server: SeqpacketServer;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-packet-'));
  server = new SeqpacketServer();
});
afterEach(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

/** Listens, connects, and collects what the client reads. */
async function connected(path = join(dir, 's')) {
  server.listen(path);
  const accepted = new Promise<SeqpacketSocket>((resolve) => server.once('connection', resolve));
  const packets: Buffer[] = [];
  let onEnd: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  const client = PacketSocket.connect(path, { onPacket: (packet) => packets.push(packet), onEnd });
  return { client, packets, ended, peer: await accepted };
}

const written = (peer: SeqpacketSocket, packet: Buffer): Promise<void> =>
  new Promise((resolve) => peer.write(packet, 0, packet.length, () => resolve()));

describe('PacketSocket', () => {
  it('keeps packets apart, in both directions', async () => {
    const { client, packets, ended, peer } = await connected();
    const got: string[] = [];
    const two = new Promise<void>((resolve) => {
      peer.on('data', (packet: Buffer) => got.push(packet.toString()) === 2 && resolve());
    });
    await Promise.all([client.write(Buffer.from('one')), client.write(Buffer.from('two'))]);
    await two;
    expect(got).toEqual(['one', 'two']);
    await written(peer, Buffer.from('a'));
    await written(peer, Buffer.from('b'));
    peer.destroy();
    await ended;
    expect(packets.map(String)).toEqual(['a', 'b']);
  });

  it('loses nothing when the other side sends and closes at once, paused or not', async () => {
    const { client, packets, ended, peer } = await connected();
    client.pause();
    for (let index = 0; index < 8; index += 1) await written(peer, Buffer.alloc(8193, index));
    peer.destroy();
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(packets).toHaveLength(0);
    client.resume();
    await ended;
    expect(packets.map((packet) => packet[0])).toEqual(Array.from({ length: 8 }, (_, index) => index));
  });

  it('still reads what was sent before a reset', async () => {
    const { client, packets, ended, peer } = await connected();
    client.pause();
    await written(peer, Buffer.from('last words'));
    // Left unread in the other side's queue, this makes its close a reset.
    const unread = client.write(Buffer.alloc(10));
    peer.destroy();
    await unread;
    client.resume();
    await ended;
    expect(packets.map(String)).toEqual(['last words']);
  });

  it('takes paths longer than a socket address', async () => {
    const long = join(dir, 'x'.repeat(100));
    mkdirSync(long);
    const here = process.cwd();
    process.chdir(long);
    try {
      server.listen('s');
    } finally {
      process.chdir(here);
    }
    const client = PacketSocket.connect(join(long, 's'), { onPacket: () => {}, onEnd: () => {} });
    client.close();
  });

  it('says who does not listen', () => {
    const handlers = { onPacket: () => {}, onEnd: () => {} };
    expect(() => PacketSocket.connect(join(dir, 'none'), handlers)).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
    server.listen(join(dir, 'gone'));
    server.close();
    expect(() => PacketSocket.connect(join(dir, 'gone'), handlers)).toThrow(
      expect.objectContaining({ code: 'ECONNREFUSED' }),
    );
  });
});
