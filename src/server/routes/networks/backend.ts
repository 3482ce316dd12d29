import type { Filters, NetworkCreate, NetworkSummary } from '../../../wire/index.ts';

/** What the network routes need of the engine. */
export interface NetworksBackend {
  list(filters: Filters): NetworkSummary[];
  get(reference: string): NetworkSummary;
  create(body: NetworkCreate): Promise<{ id: string; warning: string }>;
  remove(reference: string): Promise<void>;
  connect(reference: string, container: string): Promise<void>;
  disconnect(reference: string, container: string): Promise<void>;
}
