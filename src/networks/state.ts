import type { Bridges } from './bridge/index.ts';
import { bridgeOption } from './create.ts';
import type { Zone } from './dns/index.ts';
import type { FirewallState } from './firewall/index.ts';
import { isPredefined, type NetworkRecord } from './network.ts';
import { forwardsOf } from './ports/index.ts';
import type { Sandboxes } from './sandboxes.ts';

/** What there is at present: the bridges that are up, and who is on them. */
interface Present {
  bridges: Pick<Bridges, 'up'>;
  sandboxes: Pick<Sandboxes, 'all' | 'endpointsOn'>;
}

/** What the packet filter has to let through, as things are. */
export function firewallState({ bridges, sandboxes }: Present): FirewallState {
  return { bridges: bridges.up().map(filteredBridge), forwards: sandboxes.all().flatMap(forwardsOf) };
}

const filteredBridge = ({ bridge, subnets, internal, options }: NetworkRecord) => ({
  bridge,
  subnets: subnets.map(({ subnet }) => subnet),
  internal,
  talkative: options[bridgeOption.icc] !== 'false',
  masquerade: options[bridgeOption.masquerade] !== 'false',
});

/** The names to be answered for: on the networks that users have made; Docker's default bridge has none. */
export function zonesOf({ bridges, sandboxes }: Present): Zone[] {
  return bridges
    .up()
    .filter(({ name }) => !isPredefined(name))
    .map(({ id, subnets }) => ({
      network: id,
      listen: subnets.map(({ gateway }) => gateway),
      records: sandboxes.endpointsOn(id).map(({ holder, endpoint }) => ({
        holder,
        ipv4: endpoint.ipv4.address,
        ipv6: endpoint.ipv6?.address ?? '',
        names: endpoint.names,
      })),
    }))
    .filter(({ records }) => records.length > 0);
}
