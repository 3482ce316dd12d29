import { invalidArgument } from '../errors/index.ts';
import { checkFilterKeys, type Filters, type NetworkSummary, parseFlag } from '../wire/index.ts';

type Rule = (network: NetworkSummary, wanted: readonly string[]) => boolean;

const RULES: Readonly<Record<string, Rule>> = {
  name: (network, wanted) => wanted.some((name) => network.Name.includes(name)),
  id: (network, wanted) => wanted.some((id) => network.Id.includes(id)),
  driver: (network, wanted) => wanted.includes(network.Driver),
  scope: (network, wanted) => wanted.includes(network.Scope),
  type: (_, wanted) => wanted.includes('builtin'),
  // The predefined networks are never dangling, in use or not.
  dangling: (_, wanted) => wanted.some((value) => !parseFlag(value)),
  label: (network, wanted) => wanted.every((label) => hasLabel(network.Labels, label)),
};

/**
 * Keeps the networks that GET /networks' `filters` ask for; values of one key are alternatives, keys must all hold.
 * @throws invalid-argument for a key or a type that Docker does not know.
 */
export function filterNetworks(networks: readonly NetworkSummary[], filters: Filters): NetworkSummary[] {
  checkFilterKeys(filters, Object.keys(RULES));
  const unknown = filters.get('type')?.find((type) => type !== 'builtin' && type !== 'custom');
  if (unknown !== undefined) throw invalidArgument(`invalid filter: 'type'='${unknown}'`);
  return networks.filter((network) => [...filters].every(([key, wanted]) => RULES[key]?.(network, wanted) ?? true));
}

function hasLabel(labels: Readonly<Record<string, string>>, label: string): boolean {
  const [key = '', ...value] = label.split('=');
  return Object.hasOwn(labels, key) && (value.length === 0 || labels[key] === value.join('='));
}
