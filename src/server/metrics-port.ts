import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { messageOf, systemError } from '../errors/index.ts';

/** What Prometheus asks for and takes. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Where figures are served besides the socket. */
export interface MetricsAddress {
  host: string;
  port: number;
}

/** A port that serves the figures and nothing else: no request to it can change anything. */
export class MetricsPort {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param read makes the figures for each scrape. @throws system where it cannot listen there. */
  static async open({ host, port }: MetricsAddress, read: () => Promise<string>): Promise<MetricsPort> {
    const server = createServer(async (request, response) => {
      if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
        response.writeHead(404, { 'Content-Type': 'text/plain' }).end('figures are at /metrics\n');
        return;
      }
      try {
        const body = await read();
        response.writeHead(200, { 'Content-Type': METRICS_TYPE }).end(body);
      } catch (error) {
        response.writeHead(500, { 'Content-Type': 'text/plain' }).end(`${messageOf(error)}\n`);
      }
    });
    try {
      const listening = once(server, 'listening');
      server.listen({ host, port });
      await listening;
    } catch (error) {
      throw systemError(`cannot serve metrics on ${host}:${port}: ${messageOf(error)}`, error);
    }
    return new MetricsPort(server);
  }

  /** As `address:port`, with the port that was taken where 0 was asked for. */
  get address(): string {
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') return '';
    return bound.family === 'IPv6' ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
