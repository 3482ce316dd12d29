import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf, systemError } from '../errors/index.ts';
import type { RequestListener } from './application.ts';
import { clearSocketPath, groupId, protectSocket, SOCKET_UMASK } from './socket-file.ts';
import { serveUpgrades } from './upgrade.ts';

/** Some clients repeat a whole body in the query; Go's server allows a head of this size. */
const MAX_HEAD_BYTES = 1 << 20;

/** One HTTP server on one unix socket. */
export class Listener {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  private constructor(listener: RequestListener) {
    this.#server = createHttpServer(
      {
        maxHeaderSize: MAX_HEAD_BYTES,
        requireHostHeader: false,
        // Clients keep connections, stream archives for hours and wait for weeks: nothing here is ended by a clock.
        keepAliveTimeout: 0,
        headersTimeout: 0,
        requestTimeout: 0,
      },
      listener,
    );
    // A client that has said all it will say (its FIN is seen) still gets its answer.
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    serveUpgrades(this.#server, listener);
    this.#server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  /**
   * @param socket.path where to listen; `group` as protectSocket takes it.
   * @throws conflict where another daemon listens there, invalid-argument for an unknown group.
   */
  static async open(socket: { path: string; group: string }, listener: RequestListener): Promise<Listener> {
    groupId(socket.group);
    await clearSocketPath(socket.path);
    const opened = new Listener(listener);
    try {
      await opened.#bind(socket.path);
      protectSocket(socket.path, socket.group);
    } catch (error) {
      throw systemError(`cannot listen on ${socket.path}: ${messageOf(error)}`, error);
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
