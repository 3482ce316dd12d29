import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { invalidArgument, messageOf } from '../errors/index.ts';
import { type CutBody, cutChunked, cutLength } from './chunked-body.ts';
import { errorBody } from './failure.ts';

/*
 * A request that asks for an upgrade leaves HTTP at its head: Node does not read its body, which arrives in `head` or
 * on the socket like whatever follows it. So the body is read here, the rest is put back, and the request is then
 * answered through the same routes as any other. Most clients that send `Upgrade` never get one: they get an answer.
 */

/** A body that is sent along with an upgrade is a small JSON object. */
const LIMIT_BYTES = 1 << 20;

const bodies = new WeakMap<IncomingMessage, Buffer>();

/** The body of an upgrading request; undefined for a request that is none, whose body is its stream. */
export const upgradedBody = (request: IncomingMessage): Buffer | undefined => bodies.get(request);

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers the server's upgrading requests by `listener`, which may take the socket over. */
export function serveUpgrades(server: Server, listener: RequestListener): void {
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as Socket;
    // From here on nobody but us listens to the socket; a client that resets it must not bring the daemon down.
    socket.on('error', () => socket.destroy());
    readDeclaredBody(request, socket, head).then(
      (body) => {
        bodies.set(request, body);
        listener(request, responseOn(request, socket));
      },
      (error: unknown) => socket.end(badRequest(messageOf(error))),
    );
  });
}

/** An ordinary answer on a socket that has left HTTP: one answer, then the connection ends. */
function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  return response;
}

async function readDeclaredBody(request: IncomingMessage, socket: Socket, head: Buffer): Promise<Buffer> {
  const cut = cutterFor(request);
  let bytes = head;
  for (let done = cut(bytes); ; done = cut(bytes)) {
    if (done !== undefined) {
      if (done.rest.length > 0) socket.unshift(done.rest);
      return done.body;
    }
    if (bytes.length > LIMIT_BYTES) throw invalidArgument('request body is too large');
    bytes = Buffer.concat([bytes, await nextChunk(socket)]);
  }
}

function cutterFor(request: IncomingMessage): (bytes: Buffer) => CutBody | undefined {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding !== undefined) return cutChunked;
  return (bytes) => cutLength(bytes, Number(length ?? 0));
}

function nextChunk(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      socket.off('readable', onReadable).off('end', onEnd).off('close', onEnd);
    };
    const onReadable = () => {
      const chunk: Buffer | null = socket.read();
      if (chunk === null) return;
      settle();
      resolve(chunk);
    };
    const onEnd = () => {
      settle();
      reject(invalidArgument('the request ended before its body'));
    };
    socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd);
  });
}

function badRequest(message: string): string {
  const body = errorBody(message);
  return `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}
