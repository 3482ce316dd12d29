import type { Duplex, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors/index.ts';
import type { AttachStream } from './attach-stream.ts';
import { type DetachKeys, DetachScanner } from './detach-keys.ts';
import { frame, frameHeader } from './frames.ts';
import { roomIn } from './streams.ts';

export interface Pump {
  /** The connection taken over from HTTP. Its reading side ending is end of input and nothing more. */
  connection: Duplex;
  stream: AttachStream;
  /** Whether output is framed, so that standard output and error can be told apart. */
  framed: boolean;
  detachKeys: DetachKeys;
}

/**
 * Some clients (docker-py) lose what reaches them in the same read as the head. A moment between the two costs nothing,
 * since the process is being started meanwhile, and saves them in practice.
 */
const HEAD_START_MS = 1;

/** Carries bytes both ways until the output ends or the client goes. Never rejects. */
export async function pump(work: Pump): Promise<void> {
  const { connection, stream } = work;
  connection.on('error', () => connection.destroy());
  connection.once('close', () => stream.close());
  carryInput(work);
  await delay(HEAD_START_MS);
  try {
    await carryOutput(work);
  } catch (error) {
    const words = Buffer.from(`Error attaching: ${messageOf(error)}\n`);
    connection.write(work.framed ? frame(3, words) : words);
  }
  finish(connection);
}

async function carryOutput({ connection, stream, framed }: Pump): Promise<void> {
  for await (const { stream: number, data } of stream.output) {
    if (connection.destroyed) return;
    connection.cork();
    if (framed) connection.write(frameHeader(number, data.length));
    connection.write(data);
    connection.uncork();
    if (connection.writableNeedDrain) await roomIn(connection);
  }
}

/**
 * Ends the output. What the client still sends is read and thrown away until it ends too: closing a unix socket with
 * unread input resets it, and the client would see that instead of the end.
 */
function finish(connection: Duplex): void {
  connection.removeAllListeners('data');
  connection.resume();
  connection.end();
}

function carryInput({ connection, stream, detachKeys }: Pump): void {
  const { stdin } = stream;
  if (stdin === undefined) {
    connection.resume();
    return;
  }
  // A terminal always has such keys; other input may be binary and is left alone, unless the client asked.
  const scanner = stream.tty || detachKeys.asked ? new DetachScanner(detachKeys.bytes) : undefined;
  // The process may end, and with it its input, while the client is still sending.
  stdin.on('error', () => connection.resume());
  stdin.once('close', () => connection.resume());
  const onEnd = () => {
    if (!stdin.writable) return;
    const held = scanner?.flush();
    if (held !== undefined && held.length > 0) stdin.write(held);
    stdin.end();
  };
  const onData = (chunk: Buffer) => {
    const { data, detached } = scanner?.scan(chunk) ?? { data: chunk, detached: false };
    if (data.length > 0) passOn(connection, stdin, data);
    if (!detached) return;
    // What else the client sends, its end included, is nothing to the process any more.
    connection.off('data', onData).off('end', onEnd).resume();
    stream.detach();
  };
  connection.on('data', onData).once('end', onEnd).resume();
}

function passOn(connection: Duplex, stdin: Writable, data: Buffer): void {
  if (!stdin.writable || stdin.write(data)) return;
  connection.pause();
  stdin.once('drain', () => connection.resume());
}
