import { invalidArgument } from '../../errors/index.ts';
import type { ContainerCreate, EndpointConfig } from '../../wire/index.ts';

/** What a container gets that asks for no network, as with Docker. */
export const defaultNetwork = 'bridge';

/** What a request says about networks: `none`, `host`, `container:ID` or a network, and what it wants of each network. */
export interface NetworkWishes {
  mode: string;
  /** By the network's name as it was asked for; empty where the mode has no networks of its own. */
  networks: Record<string, EndpointConfig>;
}

/**
 * Reads what a request says about networks. Whether they exist is asked at the start, as with Docker.
 * @param idOf finds the id of a container that a mode names; @throws invalid-argument for what cannot go together
 */
export function networkWishes(body: ContainerCreate, idOf: (reference: string) => string): NetworkWishes {
  const asked = body.HostConfig.NetworkMode;
  const mode = asked === '' || asked === 'default' ? defaultNetwork : asked;
  if (mode.startsWith('container:')) {
    refuseShared(body);
    return { mode: `container:${idOf(mode.slice('container:'.length))}`, networks: {} };
  }
  if (mode === 'host' && body.Hostname !== '' && body.HostConfig.UTSMode === 'host') {
    throw invalidArgument('conflicting options: hostname and the UTS mode');
  }
  if (isWithoutNetworks(mode)) return { mode, networks: {} };
  const { EndpointsConfig } = body.NetworkingConfig;
  const { default: other, ...named } = EndpointsConfig;
  const configs = other === undefined ? named : { ...named, [mode]: named[mode] ?? other };
  const networks = Object.entries({ [mode]: null, ...configs }).map(([name, config]) => [
    name,
    wish(name, config, body),
  ]);
  return { mode, networks: Object.fromEntries(networks) };
}

/** True for modes in which a container is on no network of its own. */
export const isWithoutNetworks = (mode: string): boolean =>
  mode === 'none' || mode === 'host' || mode.startsWith('container:');

function wish(
  name: string,
  config: EndpointConfig | null | undefined,
  { MacAddress }: ContainerCreate,
): EndpointConfig {
  const { IPv4Address = '', IPv6Address = '' } = config?.IPAMConfig ?? {};
  if (name === defaultNetwork && (IPv4Address !== '' || IPv6Address !== '')) {
    throw invalidArgument('user specified IP address is supported on user defined networks only');
  }
  return {
    Aliases: config?.Aliases ?? null,
    IPAMConfig: config?.IPAMConfig ?? null,
    Links: config?.Links ?? null,
    MacAddress: config?.MacAddress || MacAddress,
    DriverOpts: config?.DriverOpts ?? null,
    GwPriority: config?.GwPriority ?? 0,
  };
}

/** A container in another's network namespace has that one's name, ports and files. */
function refuseShared({ Hostname, HostConfig, ExposedPorts }: ContainerCreate): void {
  const conflicts: Array<[boolean, string]> = [
    [Hostname !== '', 'hostname and the network mode'],
    [
      (HostConfig.Links ?? []).length > 0,
      'container type network can’t be used with links. This would result in undefined behavior',
    ],
    [HostConfig.Dns.length > 0, 'dns and the network mode'],
    [(HostConfig.ExtraHosts ?? []).length > 0, 'custom host-to-IP mapping and the network mode'],
    [
      Object.keys(HostConfig.PortBindings).length > 0 || HostConfig.PublishAllPorts,
      'port publishing and the container type network mode',
    ],
    [Object.keys(ExposedPorts).length > 0, 'port exposing and the container type network mode'],
  ];
  const found = conflicts.find(([isSet]) => isSet);
  if (found !== undefined) throw invalidArgument(`conflicting options: ${found[1]}`);
}
