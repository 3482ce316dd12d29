import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, spawnProcess } from '../../host/index.ts';
import {
  decodeBody,
  type EngineEvent,
  type NetworkCreate,
  networkCreateSchema,
  parseFilters,
} from '../../wire/index.ts';
import type { EndpointRequest, Sandbox } from '../sandbox.ts';
import { NetworkService } from '../service.ts';

/** A network service on folders of its own, with programs run in its namespaces. */
export class TestNetworks {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-networks-'));
  readonly events: EngineEvent[] = [];
  service: NetworkService;
  readonly #running: Array<{ kill(signal: 'SIGKILL'): void; closed: Promise<unknown> }> = [];

  constructor() {
    this.service = this.#open();
  }

  /** What a new daemon would have, the old one having been killed. */
  async restart(isAlive: (id: string) => boolean): Promise<void> {
    this.service.forget();
    this.service = this.#open();
    await this.service.restore(isAlive);
  }

  create(body: Partial<Record<keyof NetworkCreate, unknown>> & { Name: string }): Promise<{ id: string }> {
    return this.service.create(decodeBody(networkCreateSchema, body));
  }

  /** Starts a TCP server in a sandbox that answers each connection with `answer` and the peer's address. */
  async serve(sandbox: Sandbox, { port, answer }: { port: number; answer: string }): Promise<void> {
    const script = `require('node:net').createServer((socket) => socket.end('${answer} ' + socket.remoteAddress))
      .listen({ port: ${port}, host: '::' }, () => process.stdout.write('ready'));`;
    const child = spawnProcess(['nsenter', `--net=${sandbox.path}`, process.execPath, '-e', script], {
      stdin: 'ignore',
    });
    this.#running.push(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
  }

  async endServers(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    await Promise.all(this.#running.splice(0).map(({ closed }) => closed));
  }

  /** Ends every process, sandbox and network. */
  async close(): Promise<void> {
    await this.endServers();
    await this.restart(() => false);
    await this.service.prune(parseFilters(''));
    await this.service.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #open(): NetworkService {
    const [dataRoot, execRoot] = [join(this.folder, 'data'), join(this.folder, 'run')];
    return new NetworkService({ dataRoot, execRoot, emit: (event) => this.events.push(event), log: silentLog });
  }
}

/** A request for a place on a network, with nothing special asked for. */
export function on(network: string, more: Partial<EndpointRequest> = {}): EndpointRequest {
  return { network, names: [], ipv4: '', ipv6: '', mac: '', gatewayPriority: 0, ...more };
}
