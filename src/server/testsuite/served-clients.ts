import { afterEach, beforeEach } from 'vitest';
import { RawClient } from './raw-client.ts';
import { type ServedEngine, serveMemoryEngine } from './served-engine.ts';

/** An engine in memory behind a real socket, anew for each test of the file, and clients that end with the test. */
export class ServedClients {
  #served: ServedEngine | undefined;
  readonly #clients: RawClient[] = [];

  constructor() {
    beforeEach(async () => {
      this.#served = await serveMemoryEngine();
    });
    afterEach(async () => {
      for (const client of this.#clients.splice(0)) client.socket.destroy();
      await this.served.close();
    });
  }

  get served(): ServedEngine {
    if (this.#served === undefined) throw new Error('served only while a test runs');
    return this.#served;
  }

  async connect(): Promise<RawClient> {
    const client = await RawClient.open(this.served.path);
    this.#clients.push(client);
    return client;
  }
}
