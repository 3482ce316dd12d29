import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One request as the engine got it; the path without its version. */
export interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Answers a request: a status with JSON, or by hand. */
export type Answer = (request: SeenRequest, response: ServerResponse) => unknown;
export type Upgrade = (socket: Socket, request: SeenRequest) => void;

/** An HTTP server on a unix socket that says what a test wants an engine to say, and remembers what it was asked. */
export class TestEngine {
  readonly socket: string;
  readonly seen: SeenRequest[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-engine-'));
  readonly #answers = new Map<string, Answer>();
  readonly #upgrades = new Map<string, Upgrade>();
  readonly #server: Server;

  constructor() {
    this.socket = join(this.#folder, 'engine.sock');
    this.#server = createServer((request, response) => void this.#respond(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, { socket: socket as Socket, head }));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.socket, resolve));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** `route` is a method and a path, such as "GET /volumes". An object answers 200 with it as JSON. */
  on(route: string, answer: Answer | object | null): this {
    this.#answers.set(route, typeof answer === 'function' ? (answer as Answer) : json(200, answer));
    return this;
  }

  onUpgrade(path: string, upgrade: Upgrade): this {
    this.#upgrades.set(path, upgrade);
    return this;
  }

  /** Methods and paths asked for, in order. */
  get routes(): string[] {
    return this.seen.map(({ method, path }) => `${method} ${path}`);
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen = this.#note(request, Buffer.concat(chunks).toString());
    const answer = this.#answers.get(`${seen.method} ${seen.path}`) ?? json(404, { message: 'page not found' });
    await answer(seen, response);
  }

  #upgrade(request: IncomingMessage, { socket, head }: { socket: Socket; head: Buffer }): void {
    const seen = this.#note(request, head.toString());
    socket.on('error', () => undefined);
    const upgrade = this.#upgrades.get(seen.path);
    if (upgrade === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\nNo such container: x\r\n');
      return;
    }
    socket.write(
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
    );
    upgrade(socket, seen);
  }

  #note(request: IncomingMessage, body: string): SeenRequest {
    const url = new URL(request.url ?? '/', 'http://engine');
    const path = decodeURI(url.pathname.replace(/^\/v1\.\d+/, ''));
    const seen = { method: request.method ?? '', path, query: url.searchParams, headers: request.headers, body };
    this.seen.push(seen);
    return seen;
  }
}

/** Answers with a status and JSON. */
export function json(status: number, value: unknown): Answer {
  return (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(value === null ? undefined : JSON.stringify(value));
  };
}

/** A frame of a multiplexed stream. */
export function frame(stream: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}
