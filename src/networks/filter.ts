import { invalidArgument } from '../errors/index.ts';
import { checkFilterKeys, type Filters, hasLabels, parseFlag } from '../wire/index.ts';
import { isPredefined, type NetworkRecord } from './network.ts';

type Rule = (network: NetworkRecord, wanted: readonly string[], isUsed: boolean) => boolean;

const RULES: Readonly<Record<string, Rule>> = {
  name: (network, wanted) => wanted.some((name) => network.name.includes(name)),
  id: (network, wanted) => wanted.some((id) => network.id.includes(id)),
  driver: (network, wanted) => wanted.includes(network.driver),
  scope: (_, wanted) => wanted.includes('local'),
  type: ({ name }, wanted) => wanted.includes(isPredefined(name) ? 'builtin' : 'custom'),
  // The predefined networks are never dangling, in use or not.
  dangling: ({ name }, wanted, isUsed) => wanted.some((value) => parseFlag(value) === !(isUsed || isPredefined(name))),
  label: (network, wanted) => hasLabels(network.labels, wanted),
};

/**
 * Keeps the networks that GET /networks' `filters` ask for; values of one key are alternatives, keys must all hold.
 * @throws invalid-argument for a key or a type that Docker does not know.
 */
export function filterNetworks(
  networks: readonly NetworkRecord[],
  filters: Filters,
  isUsed: (network: NetworkRecord) => boolean,
): NetworkRecord[] {
  checkFilterKeys(filters, Object.keys(RULES));
  const unknown = filters.get('type')?.find((type) => type !== 'builtin' && type !== 'custom');
  if (unknown !== undefined) throw invalidArgument(`invalid filter: 'type'='${unknown}'`);
  return networks.filter((network) =>
    [...filters].every(([key, wanted]) => RULES[key]?.(network, wanted, isUsed(network)) ?? true),
  );
}
