import { invalidArgument } from '../errors/index.ts';
import { checkFilterKeys, type Filters, parseTime } from '../wire/index.ts';
import { hasLabel } from './filter.ts';
import type { NetworkRecord } from './network.ts';

/** Reads the filters of a prune. `label!` spares what has all of its labels (Docker's rule). @throws invalid-argument */
export function pruneCondition(filters: Filters): (network: NetworkRecord) => boolean {
  checkFilterKeys(filters, ['label', 'label!', 'until']);
  const [labels = [], spared = [], times = []] = ['label', 'label!', 'until'].map((key) => filters.get(key));
  if (times.length > 1) throw invalidArgument('more than one until filter specified');
  const until = times[0] === undefined ? Number.POSITIVE_INFINITY : Number(parseTime(times[0]) / 1_000_000n);
  return (network) =>
    Date.parse(network.created) <= until &&
    labels.every((label) => hasLabel(network.labels, label)) &&
    !(spared.length > 0 && spared.every((label) => hasLabel(network.labels, label)));
}
