import { Agent, request } from 'node:http';

/** One connection to a daemon, kept open, so that a request's time is the daemon's and not the connection's. */
export class Api {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** Sends a request and returns the body once it is all there. @throws where the answer is an error. */
  call(method: string, path: string, body?: unknown): Promise<string> {
    const data = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const call = request({
        socketPath: this.#socket,
        agent: this.#agent,
        method,
        path,
        headers:
          data === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) },
      });
      call.on('error', reject);
      call.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if ((response.statusCode ?? 500) < 400) resolve(text);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        });
      });
      call.end(data);
    });
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return JSON.parse(await this.call(method, path, body)) as T;
  }

  close(): void {
    this.#agent.destroy();
  }
}
