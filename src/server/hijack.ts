import type { Socket } from 'node:net';
import { atLeast } from '../wire/index.ts';
import { pump } from './attach-pump.ts';
import type { AttachStream } from './attach-stream.ts';
import type { Call } from './call.ts';
import type { DetachKeys } from './detach-keys.ts';

/** The content types of a container's output: raw bytes, or frames that tell standard output and error apart. */
export const RAW_STREAM = 'application/vnd.docker.raw-stream';
export const MULTIPLEXED_STREAM = 'application/vnd.docker.multiplexed-stream';

export interface Hijack {
  stream: AttachStream;
  detachKeys: DetachKeys;
}

/** Takes the connection of a request over and carries the streams on it until they end. */
export async function hijack(call: Call, { stream, detachKeys }: Hijack): Promise<void> {
  const upgrade = call.header('upgrade') !== undefined;
  const socket = takeSocket(call);
  socket.write(headOf(call, { upgrade, tty: stream.tty }));
  await pump({ connection: socket, stream, framed: !stream.tty, detachKeys });
}

/**
 * The head, to the byte: clients compare. Without an upgrade, and below API 1.42, framed output is called raw as well.
 * No length and no chunking: the answer ends when the connection's writing side does.
 */
function headOf(call: Call, { upgrade, tty }: { upgrade: boolean; tty: boolean }): string {
  if (!upgrade) return `HTTP/1.1 200 OK\r\nContent-Type: ${RAW_STREAM}\r\n\r\n`;
  const type = !tty && atLeast(call.version, '1.42') ? MULTIPLEXED_STREAM : RAW_STREAM;
  return `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`;
}

/** Detaches the socket from HTTP. The parser keeps its `close` listener, by which it frees itself. */
export function takeSocket(call: Call): Socket {
  const response = call.takeResponse();
  const { socket } = call.request;
  response.detachSocket(socket);
  for (const event of ['data', 'end', 'drain', 'error', 'timeout']) socket.removeAllListeners(event);
  return socket;
}
