import type { PublishedPort } from '../../networks/index.ts';
import type { EndpointConfig } from '../../wire/index.ts';
import type { Container } from '../container.ts';

/** A container's place in a network, as inspect and list show it. Addresses are "" while it does not run. */
export interface EndpointSettings {
  IPAMConfig: EndpointConfig['IPAMConfig'];
  Links: string[] | null;
  Aliases: string[] | null;
  MacAddress: string;
  DriverOpts: Record<string, string> | null;
  GwPriority: number;
  NetworkID: string;
  EndpointID: string;
  Gateway: string;
  IPAddress: string;
  IPPrefixLen: number;
  IPv6Gateway: string;
  GlobalIPv6Address: string;
  GlobalIPv6PrefixLen: number;
  DNSNames: string[] | null;
}

type Shown = Pick<Container, 'record' | 'sandbox'>;

/** Tells the id of a network by its name or id; "" where there is no such network. */
export type NetworkIds = (network: string) => string;

/** The networks a container is in, by name. `none` and `host` are networks too, without addresses of the container's own. */
export function endpointsOf(container: Shown, idOf: NetworkIds): Record<string, EndpointSettings> {
  const { hostConfig, networks } = container.record;
  const { NetworkMode } = hostConfig;
  if (NetworkMode === 'none' || NetworkMode === 'host')
    return { [NetworkMode]: { ...unconnected, NetworkID: idOf(NetworkMode) } };
  return Object.fromEntries(
    Object.entries(networks).map(([name, wish]) => [
      name,
      endpointOf(container, name, { ...wish, NetworkID: idOf(name) }),
    ]),
  );
}

function endpointOf({ sandbox }: Shown, name: string, wish: EndpointConfig & { NetworkID: string }): EndpointSettings {
  const { IPAMConfig, Links, Aliases, DriverOpts, GwPriority, MacAddress, NetworkID } = wish;
  const asked = { ...unconnected, IPAMConfig, Links, Aliases, DriverOpts, GwPriority, MacAddress, NetworkID };
  const endpoint = sandbox?.endpoints.find(({ networkName, networkId }) => networkName === name || networkId === name);
  if (endpoint === undefined) return asked;
  const { ipv4, ipv6 } = endpoint;
  return {
    ...asked,
    MacAddress: endpoint.mac,
    NetworkID: endpoint.networkId,
    EndpointID: endpoint.id,
    Gateway: ipv4.gateway,
    IPAddress: ipv4.address,
    IPPrefixLen: ipv4.prefix,
    IPv6Gateway: ipv6?.gateway ?? '',
    GlobalIPv6Address: ipv6?.address ?? '',
    GlobalIPv6PrefixLen: ipv6?.prefix ?? 0,
    DNSNames: name === 'bridge' ? null : endpoint.names,
  };
}

const unconnected: EndpointSettings = {
  IPAMConfig: null,
  Links: null,
  Aliases: null,
  MacAddress: '',
  DriverOpts: null,
  GwPriority: 0,
  NetworkID: '',
  EndpointID: '',
  Gateway: '',
  IPAddress: '',
  IPPrefixLen: 0,
  IPv6Gateway: '',
  GlobalIPv6Address: '',
  GlobalIPv6PrefixLen: 0,
  DNSNames: null,
};

/** The `NetworkSettings` of inspect: besides the networks, the fields Docker keeps for its default bridge. */
export function networkSettingsOf(container: Shown, idOf: NetworkIds): object {
  const { sandbox } = container;
  const endpoints = endpointsOf(container, idOf);
  const { bridge = unconnected } = endpoints;
  return {
    Bridge: '',
    SandboxID: sandbox?.id ?? '',
    SandboxKey: sandbox?.path ?? '',
    Ports: portMap(container),
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: bridge.EndpointID,
    Gateway: bridge.Gateway,
    GlobalIPv6Address: bridge.GlobalIPv6Address,
    GlobalIPv6PrefixLen: bridge.GlobalIPv6PrefixLen,
    IPAddress: bridge.IPAddress,
    IPPrefixLen: bridge.IPPrefixLen,
    IPv6Gateway: bridge.IPv6Gateway,
    MacAddress: bridge.MacAddress,
    Networks: endpoints,
  };
}

type Binding = { HostIp: string; HostPort: string };

/** The ports of a running container by `80/tcp`: where each is published, null for one that is only exposed. */
function portMap({ record, sandbox }: Shown): Record<string, Binding[] | null> {
  if (sandbox === undefined) return {};
  const map: Record<string, Binding[] | null> = {};
  for (const port of Object.keys(record.config.ExposedPorts)) map[port.includes('/') ? port : `${port}/tcp`] = null;
  for (const port of sandbox.ports) {
    const key = `${port.containerPort}/${port.protocol}`;
    map[key] = [...(map[key] ?? []), ...hostIps(port).map((HostIp) => ({ HostIp, HostPort: String(port.hostPort) }))];
  }
  return map;
}

/** A port that is published on every address is shown once for each family. */
const hostIps = ({ hostIp }: PublishedPort): string[] => (hostIp === '' ? ['0.0.0.0', '::'] : [hostIp]);

/** A port as a list of containers shows it. */
export interface PortSummary {
  IP?: string;
  PrivatePort: number;
  PublicPort?: number;
  Type: string;
}

export function portSummaries(container: Shown): PortSummary[] {
  return Object.entries(portMap(container)).flatMap(([port, bindings]) => {
    const [number = '', Type = 'tcp'] = port.split('/');
    const PrivatePort = Number(number);
    if (bindings === null) return [{ PrivatePort, Type }];
    return bindings.map(({ HostIp, HostPort }) => ({ IP: HostIp, PrivatePort, PublicPort: Number(HostPort), Type }));
  });
}
