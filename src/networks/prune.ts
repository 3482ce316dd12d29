import { checkFilterKeys, type Filters, labelsAndAge } from '../wire/index.ts';
import type { NetworkRecord } from './network.ts';

/** Reads the filters of a prune. `label!` spares what has all of its labels (Docker's rule). @throws invalid-argument */
export function pruneCondition(filters: Filters): (network: NetworkRecord) => boolean {
  checkFilterKeys(filters, ['label', 'label!', 'until']);
  const fits = labelsAndAge(filters);
  return (network) => fits(network.labels, network.created);
}
