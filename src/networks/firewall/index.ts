export { Firewall, type FirewallState } from './firewall.ts';
export type { FilteredBridge, Forward } from './rules.ts';
