import type { Log } from '../host/index.ts';
import { createApplication, type RequestListener } from './application.ts';
import { type ListenAddress, Listener } from './listener.ts';
import type { RequestMeter } from './request-meter.ts';
import { allRoutes, type Backends } from './routes/index.ts';

export interface ServerOptions {
  /** The engine's version, for the `Server` header. */
  version: string;
  log: Log;
  /** Is told of every request. */
  meter?: RequestMeter;
}

/** Long enough for any answer that does not wait for something to happen. */
const DEFAULT_GRACE_MS = 500;

/** Docker's API over unix sockets, and over the network with TLS. */
export class ApiServer {
  readonly #listener: RequestListener;
  #listeners: Listener[] = [];

  constructor(listener: RequestListener) {
    this.#listener = listener;
  }

  /**
   * Serves one more socket or port.
   * @param address.group who may use a socket besides root, by name or number; "" takes `docker` where there is such a group.
   * @throws conflict where another daemon listens there or something else is in the way.
   */
  async listen(address: ListenAddress): Promise<void> {
    this.#listeners.push(await Listener.open(address, this.#listener));
  }

  /** Takes no more requests, gives those under way a moment, and removes the socket files. */
  async close(graceMs: number = DEFAULT_GRACE_MS): Promise<void> {
    const listeners = this.#listeners;
    this.#listeners = [];
    await Promise.all(listeners.map((listener) => listener.close(graceMs)));
  }
}

/** Makes the server of an engine's parts; nothing is served before `listen`. */
export function createServer(backends: Backends, options: ServerOptions): ApiServer {
  return new ApiServer(createApplication({ ...options, routes: allRoutes(backends) }));
}
