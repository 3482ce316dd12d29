import { connect, type Socket } from 'node:net';

/** A bare connection to a unix socket, for what an HTTP client would hide: half-closes, exact heads, frames. */
export class RawClient {
  readonly socket: Socket;
  #received: Buffer[] = [];
  #bytes = 0;
  #wake: () => void = () => {};
  ended = false;
  failure: Error | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#bytes += chunk.length;
      this.#wake();
    });
    socket.on('end', () => {
      this.ended = true;
      this.#wake();
    });
    socket.on('error', (error) => {
      this.failure = error;
      this.#wake();
    });
  }

  static open(path: string): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ path, allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new RawClient(socket)));
    });
  }

  send(data: string | Buffer): void {
    this.socket.write(data);
  }

  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Waits until what was received satisfies `enough`. @throws where the connection ends before. */
  async until(enough: (received: string) => boolean): Promise<void> {
    while (!enough(this.received.toString('latin1'))) {
      if (this.ended || this.failure !== undefined) {
        throw this.failure ?? new Error(`ended after ${JSON.stringify(this.received.toString())}`);
      }
      await this.#more();
    }
  }

  /** Waits for the server's end of output and returns all that was received. */
  async toEnd(): Promise<Buffer> {
    while (!this.ended) {
      if (this.failure !== undefined) throw this.failure;
      await this.#more();
    }
    return this.received;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The head of a POST that asks for an upgrade. */
export function upgradeHead(path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n${lines.join('')}\r\n`;
}
