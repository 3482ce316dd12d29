import { forbidden, notFound } from '../../errors/index.ts';
import type { NetworkCreate, NetworkSummary } from '../../wire/index.ts';
import type { NetworksBackend } from '../routes/networks/backend.ts';

/** Networks in memory, that connect nobody. */
export class MemoryNetworks implements NetworksBackend {
  readonly #networks = new Map(['bridge', 'host', 'none'].map((name) => [name, network(name)]));

  list(): NetworkSummary[] {
    return [...this.#networks.values()];
  }

  get(reference: string): NetworkSummary {
    const found = this.#networks.get(reference);
    if (found === undefined) throw notFound(`network ${reference} not found`);
    return found;
  }

  async create({ Name }: NetworkCreate): Promise<{ id: string; warning: string }> {
    this.#networks.set(Name, network(Name));
    return { id: Name, warning: '' };
  }

  async remove(reference: string): Promise<void> {
    if (reference === 'none') throw forbidden('none is a pre-defined network and cannot be removed');
    this.get(reference);
    this.#networks.delete(reference);
  }

  async prune(): Promise<string[]> {
    return [];
  }

  async connect(reference: string): Promise<void> {
    this.get(reference);
  }

  async disconnect(reference: string): Promise<void> {
    this.get(reference);
  }
}

const network = (name: string): NetworkSummary => ({
  Name: name,
  Id: name,
  Created: '2026-01-01T00:00:00Z',
  Scope: 'local',
  Driver: name === 'none' ? 'null' : name,
  EnableIPv4: true,
  EnableIPv6: false,
  IPAM: { Driver: 'default', Options: null, Config: [] },
  Internal: false,
  Attachable: false,
  Ingress: false,
  ConfigFrom: { Network: '' },
  ConfigOnly: false,
  Containers: {},
  Options: {},
  Labels: {},
});
