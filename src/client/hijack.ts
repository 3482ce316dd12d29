import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { address, encodeBody, jsonHeaders } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { responseFailure } from './failure.ts';

/** A connection taken over from HTTP. Ending the socket's writing side is end of input only; output goes on. */
export interface Hijacked {
  socket: Socket;
  /** application/vnd.docker.multiplexed-stream or …raw-stream; older servers say raw-stream for both. */
  contentType: string;
}

interface HijackRequest {
  endpoint: Endpoint;
  path: string;
  headers: OutgoingHttpHeaders;
  body: unknown;
}

/** Posts with `Upgrade: tcp` and answers the raw connection. @throws the server's error for any answer but 101. */
export async function hijack(call: HijackRequest): Promise<Hijacked> {
  const body = encodeBody(call.body) ?? '';
  const socket = await connectTo(call.endpoint);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => socket,
      ...address(call.endpoint),
      method: 'POST',
      path: call.path,
      headers: { ...call.headers, Connection: 'Upgrade', Upgrade: 'tcp', ...jsonHeaders(body) },
    });
    request.on('error', reject);
    request.on('response', (response) => void responseFailure(response).then(reject, reject));
    request.on('upgrade', (response, upgraded, head) => resolve(taken(response, upgraded as Socket, head)));
    request.end(body);
  });
}

/** Half-open sockets: the daemon's end of output must not close our input, nor the other way round. */
export async function connectTo(endpoint: Endpoint): Promise<Socket> {
  if (endpoint.kind === 'unix') return connect({ path: endpoint.path, allowHalfOpen: true });
  const { host, port, tls } = endpoint;
  if (tls === undefined) return connect({ host, port, allowHalfOpen: true });
  return (await import('./tls.ts')).connectTls({ host, port, tls });
}

function taken(response: IncomingMessage, socket: Socket, head: Buffer): Hijacked {
  // Output may arrive with the head; put back, it is read first.
  if (head.length > 0) socket.unshift(head);
  return { socket, contentType: String(response.headers['content-type'] ?? '') };
}
