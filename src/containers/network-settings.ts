import { networkIdOf } from '../networks/index.ts';
import type { Container } from './container.ts';

/** A container's place in a network, as inspect and list show it. Addresses are "" in networks that have none. */
export interface EndpointSettings {
  IPAMConfig: null;
  Links: null;
  Aliases: null;
  MacAddress: string;
  DriverOpts: null;
  GwPriority: number;
  NetworkID: string;
  EndpointID: string;
  Gateway: string;
  IPAddress: string;
  IPPrefixLen: number;
  IPv6Gateway: string;
  GlobalIPv6Address: string;
  GlobalIPv6PrefixLen: number;
  DNSNames: null;
}

/** The networks a container is in, by name. `none` and `host` are networks too, without addresses of the container's own. */
export function endpointsOf(container: Pick<Container, 'record'>): Record<string, EndpointSettings> {
  const { NetworkMode } = container.record.hostConfig;
  return { [NetworkMode]: withoutAddresses(idOf(NetworkMode)) };
}

const ids = new Map<string, string>();

/** Kept, since a list asks for it once for each container. */
function idOf(network: string): string {
  const id = ids.get(network) ?? networkIdOf(network);
  ids.set(network, id);
  return id;
}

const withoutAddresses = (NetworkID: string): EndpointSettings => ({
  IPAMConfig: null,
  Links: null,
  Aliases: null,
  MacAddress: '',
  DriverOpts: null,
  GwPriority: 0,
  NetworkID,
  EndpointID: '',
  Gateway: '',
  IPAddress: '',
  IPPrefixLen: 0,
  IPv6Gateway: '',
  GlobalIPv6Address: '',
  GlobalIPv6PrefixLen: 0,
  DNSNames: null,
});

/** The `NetworkSettings` of inspect: besides the networks, the fields Docker keeps for its default bridge. */
export function networkSettingsOf(container: Pick<Container, 'record'>): object {
  return {
    Bridge: '',
    SandboxID: '',
    SandboxKey: '',
    Ports: {},
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: '',
    Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: '',
    IPPrefixLen: 0,
    IPv6Gateway: '',
    MacAddress: '',
    Networks: endpointsOf(container),
  };
}
