import { join } from 'node:path';
import { UndoStack } from '../async/index.ts';
import { conflict, forbidden, notFound } from '../errors/index.ts';
import type { Log } from '../host/index.ts';
import { Leases } from './addresses/index.ts';
import { type Bridges, makeNamespace, plugIn, removeNamespace, routeBy, unplug, type Wire } from './bridge/index.ts';
import { gatewaysOf, newEndpoint, nextIndex, wireOf } from './endpoint.ts';
import type { NetworkRecord } from './network.ts';
import { PortPublisher } from './ports/index.ts';
import { type Endpoint, type EndpointRequest, gatewayEndpoint, type PortRequest, type Sandbox } from './sandbox.ts';
import { SandboxStore } from './sandbox-store.ts';
import type { NetworkStore } from './store.ts';

interface SandboxesOptions {
  networks: NetworkStore;
  bridges: Bridges;
  /** `<exec-root>/networks`. */
  runRoot: string;
  tag: string;
  /** Called after the ports, or who is where, have changed; resolves once that is in force. */
  changed: () => Promise<void>;
  log: Log;
}

/** What a running container has of networks: a namespace, places on networks, published ports. */
export class Sandboxes {
  readonly #options: SandboxesOptions;
  readonly #store: SandboxStore;
  readonly #leases = new Leases();
  readonly #ports = new PortPublisher();

  constructor(options: SandboxesOptions) {
    this.#options = options;
    this.#store = new SandboxStore(join(options.runRoot, 'sandboxes'));
  }

  all(): Sandbox[] {
    return this.#store.all();
  }

  get(id: string): Sandbox | undefined {
    return this.#store.get(id);
  }

  /** The places on a network, each with whose it is. */
  endpointsOn(networkId: string): Array<{ holder: string; endpoint: Endpoint }> {
    return this.all().flatMap(({ id, endpoints }) =>
      endpoints.filter((endpoint) => endpoint.networkId === networkId).map((endpoint) => ({ holder: id, endpoint })),
    );
  }

  /**
   * Takes over what an earlier daemon of this boot has left.
   * @param isAlive whether a sandbox is still somebody's; the others are closed
   */
  async restore(isAlive: (id: string) => boolean): Promise<void> {
    const { networks, bridges, log } = this.#options;
    const left = this.#store.load();
    const alive = left.filter(({ id }) => isAlive(id));
    for (const { endpoints } of alive) {
      for (const endpoint of endpoints) {
        const network = networks.find(endpoint.networkId);
        if (network === undefined) continue;
        this.#leases.adopt(network, endpoint);
        bridges.adopt(network);
      }
    }
    for (const { id, endpoints, ports } of alive) {
      await this.#ports.adopt(id, ports, gatewayEndpoint(endpoints)?.ipv4.address ?? '');
    }
    for (const { id } of left.filter((sandbox) => !alive.includes(sandbox))) {
      await this.close(id).catch((error: unknown) =>
        log.error({ sandbox: id, err: error }, 'could not close a network namespace'),
      );
    }
  }

  /**
   * Makes a namespace with a place on each network, and publishes ports. Failing leaves nothing.
   * @throws not-found for a network; what addresses and ports are refused for; system with the kernel's reason
   */
  async open(
    id: string,
    wanted: { endpoints: readonly EndpointRequest[]; ports: readonly PortRequest[] },
  ): Promise<Sandbox> {
    if (this.get(id) !== undefined) await this.close(id);
    return UndoStack.run(
      async (undo) => {
        const endpoints = await this.#endpoints(id, wanted.endpoints, undo);
        const gateway = gatewayEndpoint(endpoints);
        const sandbox: Sandbox = { id, path: this.#path(id), endpoints, ports: [] };
        this.#store.save(sandbox);
        undo.add(() => this.#store.remove(id));
        removeNamespace(sandbox.path);
        undo.add(() => removeNamespace(sandbox.path));
        const wires = endpoints.map((endpoint) => this.#wire(endpoint, endpoint === gateway));
        const namespace = makeNamespace(sandbox.path, wires, this.#options.tag);
        await this.#publish(sandbox, wanted.ports, undo).finally(() => namespace.catch(() => undefined));
        await namespace;
        return sandbox;
      },
      (error) => this.#options.log.error({ sandbox: id, err: error }, 'could not undo a network set-up'),
    );
  }

  /** Gives back everything that a sandbox has. The namespace lives as long as its last process. */
  async close(id: string): Promise<void> {
    const sandbox = this.get(id);
    if (sandbox === undefined) return;
    this.#ports.release(id);
    removeNamespace(sandbox.path);
    this.#store.remove(id);
    for (const endpoint of sandbox.endpoints) this.#giveBack(endpoint);
    await this.#options.changed();
  }

  /** Gives a sandbox a place on one more network. @throws as {@link open}; forbidden where it has one already */
  async join(id: string, request: EndpointRequest): Promise<Endpoint> {
    const sandbox = this.#require(id);
    const network = await this.#options.bridges.raise(this.#options.networks.get(request.network));
    if (sandbox.endpoints.some(({ networkId }) => networkId === network.id)) {
      throw forbidden(`endpoint with name ${request.names[0] ?? id} already exists in network ${network.name}`);
    }
    return UndoStack.run(async (undo) => {
      const endpoint = this.#endpoint(network, request, { id, index: nextIndex(sandbox.endpoints) });
      undo.add(() => this.#giveBack(endpoint));
      const before = sandbox.endpoints;
      const joined = { ...sandbox, endpoints: [...before, endpoint] };
      this.#store.save(joined);
      undo.add(() => this.#store.save(sandbox));
      await plugIn(sandbox.path, this.#wire(endpoint, false), this.#options.tag);
      await this.#reroute(joined, before);
      return endpoint;
    });
  }

  /** Takes a sandbox off a network. @throws conflict where it is not on it */
  async leave(id: string, network: NetworkRecord): Promise<Endpoint> {
    const sandbox = this.#require(id);
    const endpoint = sandbox.endpoints.find(({ networkId }) => networkId === network.id);
    if (endpoint === undefined) throw conflict(`container ${id} is not connected to network ${network.name}`);
    const left = { ...sandbox, endpoints: sandbox.endpoints.filter((other) => other !== endpoint) };
    await unplug(sandbox.path, endpoint);
    this.#store.save(left);
    this.#giveBack(endpoint);
    await this.#reroute(left, sandbox.endpoints);
    return endpoint;
  }

  /** Lets a sandbox be found by a new name instead of an old one. @returns whether that changes anything */
  rename(id: string, { from, to }: { from: string; to: string }): boolean {
    const sandbox = this.get(id);
    if (sandbox === undefined || sandbox.endpoints.length === 0) return false;
    const endpoints = sandbox.endpoints.map((endpoint) => ({
      ...endpoint,
      names: [...new Set(endpoint.names.map((name) => (name === from ? to : name)))],
    }));
    this.#store.save({ ...sandbox, endpoints });
    return true;
  }

  /** Ends what lives in this process; sandboxes go on. */
  stop(): void {
    this.#ports.close();
  }

  async #endpoints(id: string, requests: readonly EndpointRequest[], undo: UndoStack): Promise<Endpoint[]> {
    const endpoints: Endpoint[] = [];
    for (const [index, request] of requests.entries()) {
      const network = await this.#options.bridges.raise(this.#options.networks.get(request.network));
      const endpoint = this.#endpoint(network, request, { id, index });
      undo.add(() => this.#giveBack(endpoint));
      endpoints.push(endpoint);
    }
    return endpoints;
  }

  #endpoint(network: NetworkRecord, request: EndpointRequest, place: { id: string; index: number }): Endpoint {
    return newEndpoint(network, { request, lease: this.#leases.take(network, request), ...place });
  }

  async #publish(sandbox: Sandbox, ports: readonly PortRequest[], undo: UndoStack): Promise<void> {
    const gateway = gatewayEndpoint(sandbox.endpoints);
    if (ports.length > 0 && gateway !== undefined) {
      sandbox.ports = await this.#ports.publish(sandbox.id, ports, gateway.ipv4.address);
      undo.add(() => this.#ports.release(sandbox.id));
      this.#store.save(sandbox);
    }
    undo.add(() => this.#options.changed());
    await this.#options.changed();
  }

  /** After a change of networks another one may be the way out. */
  async #reroute(sandbox: Sandbox, before: readonly Endpoint[]): Promise<void> {
    const [old, gateway] = [gatewayEndpoint(before), gatewayEndpoint(sandbox.endpoints)];
    if (old !== gateway) {
      await routeBy(sandbox.path, gateway === undefined ? [] : gatewaysOf(gateway));
      this.#ports.release(sandbox.id);
      if (gateway !== undefined) await this.#ports.adopt(sandbox.id, sandbox.ports, gateway.ipv4.address);
    }
    await this.#options.changed();
  }

  #wire(endpoint: Endpoint, isGateway: boolean): Wire {
    const network = this.#options.networks.get(endpoint.networkId);
    return wireOf(network, endpoint, isGateway ? gatewaysOf(endpoint) : []);
  }

  #giveBack(endpoint: Endpoint): void {
    const network = this.#options.networks.find(endpoint.networkId);
    if (network !== undefined) this.#leases.give(network, endpoint);
  }

  #require(id: string): Sandbox {
    const sandbox = this.get(id);
    if (sandbox === undefined) throw notFound(`container ${id} has no network namespace: it is not running`);
    return sandbox;
  }

  #path(id: string): string {
    return join(this.#options.runRoot, 'namespaces', id);
  }
}
