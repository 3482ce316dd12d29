import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { invalidArgument } from '../errors/index.ts';
import { pump } from './attach-pump.ts';
import type { Call } from './call.ts';
import { type Hijack, takeSocket } from './hijack.ts';

/** @throws invalid-argument for a request that does not ask for a web socket. */
export function requireWebSocket(call: Call): void {
  if (call.header('upgrade')?.toLowerCase() !== 'websocket') throw invalidArgument('bad web socket request');
}

/** Makes a web socket of a request and carries a container's streams on it: unframed, in binary messages. */
export async function acceptWebSocket(call: Call, { stream, detachKeys }: Hijack): Promise<void> {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });
  const socket = takeSocket(call);
  const opened = await new Promise<WebSocket | undefined>((resolve) => {
    socket.once('close', () => resolve(undefined));
    server.handleUpgrade(call.request, socket, Buffer.alloc(0), (accepted) => resolve(accepted));
  });
  if (opened === undefined) stream.close();
  else await pump({ connection: createWebSocketStream(opened), stream, framed: false, detachKeys });
}
