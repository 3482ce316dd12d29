import type { EndpointConfig, Filters, NetworkCreate, NetworkSummary } from '../../../wire/index.ts';

/** What the network routes need of the engine. */
export interface NetworksBackend {
  list(filters: Filters): NetworkSummary[];
  get(reference: string): NetworkSummary;
  create(body: NetworkCreate): Promise<{ id: string; warning: string }>;
  remove(reference: string): Promise<void>;
  /** @returns the names of those removed */
  prune(filters: Filters): Promise<string[]>;
  connect(reference: string, wanted: { container: string; wish: EndpointConfig | null }): Promise<void>;
  disconnect(reference: string, wanted: { container: string; force: boolean }): Promise<void>;
}
