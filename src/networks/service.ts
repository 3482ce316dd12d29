import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { KeyedLock } from '../async/index.ts';
import { forbidden } from '../errors/index.ts';
import type { Log } from '../host/index.ts';
import type { Emit, Filters, NetworkCreate, NetworkSummary } from '../wire/index.ts';
import { Bridges, removeStrayLinks } from './bridge/index.ts';
import { newNetwork } from './create.ts';
import { checkNames, NameServer, nameServerProgram } from './dns/index.ts';
import { filterNetworks } from './filter.ts';
import { Firewall } from './firewall/index.ts';
import { isPredefined, type NetworkRecord, predefined, predefinedNetwork } from './network.ts';
import { pruneCondition } from './prune.ts';
import type { Endpoint, EndpointRequest, PortRequest, Sandbox } from './sandbox.ts';
import { Sandboxes } from './sandboxes.ts';
import { firewallState, zonesOf } from './state.ts';
import { NetworkStore } from './store.ts';
import { endpointSummary, networkSummary } from './summary.ts';
import { tableOf, tagOf } from './tag.ts';

export interface NetworkServiceOptions {
  /** Both absolute: what outlives the next boot, and what does not. */
  dataRoot: string;
  execRoot: string;
  emit: Emit;
  log: Log;
}

/** The networks of the engine, and the places on them that running containers have. A sandbox bears its container's id. */
export class NetworkService {
  readonly #store: NetworkStore;
  readonly #bridges: Bridges;
  readonly #sandboxes: Sandboxes;
  readonly #firewall: Firewall;
  readonly #names: NameServer;
  readonly #locks = new KeyedLock();
  readonly #tag: string;
  readonly #emit: Emit;
  readonly #log: Log;
  /** What a container is called at present, by its id; set by whoever knows containers. */
  #nameOf: (holder: string) => string = (holder) => holder;

  /** Takes no time: bridges are made, and programs run, when the first container needs them. */
  constructor({ dataRoot, execRoot, emit, log }: NetworkServiceOptions) {
    this.#tag = tagOf({ dataRoot, execRoot });
    this.#emit = emit;
    this.#log = log;
    this.#store = new NetworkStore(join(dataRoot, 'networks'), log);
    const created = new Date().toISOString();
    const bridge = dataRoot === '/var/lib/holdfast' ? 'holdfast0' : `hf-${this.#tag}`;
    for (const name of predefined) {
      const network = predefinedNetwork(name, { bridge, created });
      if (this.#store.find(network.id) === undefined) this.#store.keep(network);
    }
    this.#bridges = new Bridges(this.#store, this.#tag);
    const runRoot = join(execRoot, 'networks');
    mkdirSync(runRoot, { recursive: true, mode: 0o700 });
    this.#sandboxes = new Sandboxes({
      networks: this.#store,
      bridges: this.#bridges,
      runRoot,
      tag: this.#tag,
      changed: () => this.#changed(),
      log,
    });
    const state = { bridges: this.#bridges, sandboxes: this.#sandboxes };
    this.#firewall = new Firewall({
      table: tableOf(this.#tag),
      mark: join(runRoot, 'filtered'),
      state: () => firewallState(state),
    });
    this.#names = new NameServer({ dir: join(runRoot, 'names'), zones: () => zonesOf(state), log });
  }

  setNames(nameOf: (holder: string) => string): void {
    this.#nameOf = nameOf;
  }

  /** @throws invalid-argument for unknown filters. */
  list(filters: Filters): NetworkSummary[] {
    const isUsed = ({ id }: NetworkRecord) => this.#sandboxes.endpointsOn(id).length > 0;
    return filterNetworks(this.#store.all(), filters, isUsed).map((network) =>
      networkSummary(this.#bridges.withSubnets(network)),
    );
  }

  /** Finds a network by name, id or the beginning of its id. @throws not-found `network x not found`. */
  get(reference: string): NetworkSummary {
    const network = this.#bridges.withSubnets(this.#store.get(reference));
    const endpoints = this.#sandboxes.endpointsOn(network.id);
    const containers = endpoints.map(({ holder, endpoint }) => [
      holder,
      endpointSummary(endpoint, this.#nameOf(holder)),
    ]);
    return networkSummary(network, Object.fromEntries(containers));
  }

  /** The record of a network. @throws as {@link get} */
  find(reference: string): NetworkRecord {
    return this.#store.get(reference);
  }

  /** The id of the network of exactly that name or id, at once; "" where there is none. */
  idOf(reference: string): string {
    return this.#store.exact(reference)?.id ?? '';
  }

  /** Makes a network, durably; its bridge comes with its first container. See {@link newNetwork} for what is thrown. */
  create(body: NetworkCreate): Promise<{ id: string; warning: string }> {
    return this.#locks.hold('networks', async () => {
      const network = this.#bridges.withSubnets(newNetwork(body, this.#store.all()));
      await this.#store.save(network);
      this.#tell(network, 'create');
      const warning =
        nameServerProgram() === undefined ? 'containers will not find each other by name: install aardvark-dns' : '';
      return { id: network.id, warning };
    });
  }

  /** @throws forbidden for the predefined networks and for one that is in use; not-found. */
  remove(reference: string): Promise<void> {
    return this.#locks.hold('networks', () => this.#remove(this.#store.get(reference)));
  }

  /** Removes the created networks that no running container is on. @returns their names */
  async prune(filters: Filters): Promise<string[]> {
    const wanted = pruneCondition(filters);
    const removed: string[] = [];
    for (const network of this.#store.all()) {
      if (isPredefined(network.name) || !wanted(network) || this.#sandboxes.endpointsOn(network.id).length > 0)
        continue;
      try {
        await this.remove(network.id);
        removed.push(network.name);
      } catch (error) {
        this.#log.warn({ network: network.name, err: error }, 'could not prune a network');
      }
    }
    this.#emit({ type: 'network', action: 'prune', id: '', attributes: { reclaimed: '0' } });
    return removed;
  }

  /**
   * To be called once at start: takes over the sandboxes of containers that go on, closes the others, and removes what a crash
   * left of links and rules.
   */
  async restore(isAlive: (id: string) => boolean): Promise<void> {
    await this.#sandboxes.restore(isAlive);
    const endpoints = this.#sandboxes.all().flatMap((sandbox) => sandbox.endpoints);
    const inUse = [...this.#bridges.up().map(({ bridge }) => bridge), ...endpoints.map(({ outside }) => outside)];
    const wereStray = await removeStrayLinks(this.#tag, new Set(inUse));
    if (inUse.length > 0 || wereStray || this.#firewall.mayBeThere) await this.#changed();
  }

  /** Makes a container's namespace, its places on networks and its published ports. See {@link Sandboxes.open}. */
  async open(
    id: string,
    wanted: { endpoints: readonly EndpointRequest[]; ports: readonly PortRequest[] },
  ): Promise<Sandbox> {
    checkNames(wanted.endpoints.flatMap(({ names }) => names));
    const sandbox = await this.#sandboxes.open(id, wanted);
    for (const { networkId } of sandbox.endpoints) this.#tellOf(networkId, 'connect', id);
    return sandbox;
  }

  /** What a container has of networks while it runs. */
  sandbox(id: string): Sandbox | undefined {
    return this.#sandboxes.get(id);
  }

  /** The name servers that answer for a running container's networks. */
  nameServersOf(id: string): string[] {
    const endpoints = (this.sandbox(id)?.endpoints ?? []).filter(({ networkName }) => !isPredefined(networkName));
    if (endpoints.length === 0 || nameServerProgram() === undefined) return [];
    return endpoints.flatMap(({ networkId }) => this.#store.find(networkId)?.subnets[0]?.gateway ?? []);
  }

  /** The host's address as a container sees it that is on no network with a gateway. */
  hostGateway(): string {
    return this.#bridges.withSubnets(this.#store.get('bridge')).subnets[0]?.gateway ?? '';
  }

  /** Gives back what {@link open} made; a container that has nothing is fine. */
  async release(id: string): Promise<void> {
    const endpoints = this.sandbox(id)?.endpoints ?? [];
    await this.#sandboxes.close(id);
    for (const { networkId } of endpoints) this.#tellOf(networkId, 'disconnect', id);
  }

  /** Puts a running container on one more network. */
  async join(id: string, request: EndpointRequest): Promise<Endpoint> {
    checkNames(request.names);
    const endpoint = await this.#sandboxes.join(id, request);
    this.#tellOf(endpoint.networkId, 'connect', id);
    return endpoint;
  }

  /** Takes a running container off a network. */
  async leave(id: string, reference: string): Promise<void> {
    const { networkId } = await this.#sandboxes.leave(id, this.#store.get(reference));
    this.#tellOf(networkId, 'disconnect', id);
  }

  /** Lets a running container be found by a new name, and no more by the old one. One without networks is fine. */
  async rename(id: string, { from, to }: { from: string; to: string }): Promise<void> {
    if (this.#sandboxes.rename(id, { from, to })) await this.#names.update();
  }

  /** Ends what lives in this process alone, as the end of the process would. */
  forget(): void {
    this.#sandboxes.stop();
  }

  /** Ends what lives in this process, and takes bridges away that nobody is on; those of running containers stay. */
  async close(): Promise<void> {
    this.#sandboxes.stop();
    const idle = this.#bridges.up().filter(({ id }) => this.#sandboxes.endpointsOn(id).length === 0);
    for (const network of idle) await this.#bridges.lower(network);
    if (idle.length > 0) await this.#changed();
  }

  async #remove(network: NetworkRecord): Promise<void> {
    if (isPredefined(network.name)) throw forbidden(`${network.name} is a pre-defined network and cannot be removed`);
    const [user] = this.#sandboxes.endpointsOn(network.id);
    if (user !== undefined) {
      const { holder, endpoint } = user;
      throw forbidden(
        `error while removing network: network ${network.name} has active endpoints (name:"${this.#nameOf(holder)}" id:"${endpoint.id.slice(0, 12)}")`,
      );
    }
    await this.#store.remove(network);
    if (this.#bridges.isUp(network)) {
      await this.#bridges.lower(network);
      await this.#changed();
    }
    this.#tell(network, 'destroy');
  }

  async #changed(): Promise<void> {
    await Promise.all([this.#firewall.update(), this.#names.update()]);
  }

  #tellOf(networkId: string, action: string, container: string): void {
    const network = this.#store.find(networkId);
    if (network !== undefined) this.#tell(network, action, { container });
  }

  #tell({ id, name, driver }: NetworkRecord, action: string, attributes: Record<string, string> = {}): void {
    this.#emit({ type: 'network', action, id, attributes: { ...attributes, name, type: driver } });
  }
}
