import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf, systemError } from '../errors/index.ts';
import type { RequestListener } from './application.ts';
import { clearSocketPath, groupId, protectSocket, SOCKET_UMASK } from './socket-file.ts';
import type { TcpAddress } from './tcp-address.ts';
import { serveUpgrades } from './upgrade.ts';
import type { KnowsHost } from './web-pages.ts';

/** Some clients repeat a whole body in the query; Go's server allows a head of this size. */
const MAX_HEAD_BYTES = 1 << 20;

/** Where to serve: a unix socket, whose `group` is as protectSocket takes it, or a port with TLS. */
export type ListenAddress = { path: string; group: string } | TcpAddress;

/** Of TLS connections too, one side may have ended while the other goes on. */
const halfOpen = { allowHalfOpen: true };

/** Clients keep connections, stream archives for hours and wait for weeks: nothing here is ended by a clock. */
const httpOptions = {
  maxHeaderSize: MAX_HEAD_BYTES,
  requireHostHeader: false,
  keepAliveTimeout: 0,
  headersTimeout: 0,
  requestTimeout: 0,
};

/** One HTTP server on one unix socket or port. */
export class Listener {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  private constructor(server: Server, answer: RequestListener, isOurs: KnowsHost) {
    this.#server = server;
    // A client that has said all it will say (its FIN is seen) still gets its answer.
    Object.assign(server, { httpAllowHalfOpen: true });
    const listener = (request: IncomingMessage, response: ServerResponse) => answer(request, response, isOurs);
    server.on('request', listener);
    serveUpgrades(server, listener);
    server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  /**
   * @throws conflict where another daemon listens there, invalid-argument for an unknown group or TLS files that cannot
   *   be used.
   */
  static async open(address: ListenAddress, answer: RequestListener): Promise<Listener> {
    return 'path' in address ? Listener.#openSocket(address, answer) : Listener.#openPort(address, answer);
  }

  static async #openSocket(socket: { path: string; group: string }, answer: RequestListener): Promise<Listener> {
    groupId(socket.group);
    await clearSocketPath(socket.path);
    const opened = new Listener(createHttpServer(httpOptions), answer, () => false);
    try {
      await opened.#bind(socket.path);
      protectSocket(socket.path, socket.group);
    } catch (error) {
      throw systemError(`cannot listen on ${socket.path}: ${messageOf(error)}`, error);
    }
    return opened;
  }

  static async #openPort(address: TcpAddress, answer: RequestListener): Promise<Listener> {
    const { host, port, tls } = address;
    // Loaded only here: most daemons serve no port, and TLS takes its time to load.
    const { createTlsServer, namesOf } = await import('./tcp-address.ts');
    const server = createTlsServer(tls, { ...httpOptions, ...halfOpen });
    const opened = new Listener(server, answer, namesOf(address));
    try {
      const listening = once(server, 'listening');
      server.listen({ port, ...(host === '' ? {} : { host }) });
      await listening;
    } catch (error) {
      throw systemError(`cannot listen on tcp://${host}:${port}: ${messageOf(error)}`, error);
    }
    return opened;
  }

  async #bind(path: string): Promise<void> {
    const listening = once(this.#server, 'listening');
    // Node binds within the call, so that nothing else of the daemon is made under this umask.
    const umask = process.umask(SOCKET_UMASK);
    this.#server.listen(path);
    process.umask(umask);
    await listening;
  }

  /** Takes no more requests, gives those under way `graceMs` to finish, then ends every connection. */
  async close(graceMs: number): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => {
      for (const socket of this.#connections) socket.destroy();
    }, graceMs);
    await closed;
    clearTimeout(timer);
  }
}
