import { conflict, invalidArgument, isKind } from '../../errors/index.ts';
import type { ContainerCreate, EndpointConfig } from '../../wire/index.ts';
import type { Engine } from '../engine.ts';

/** What a container gets that asks for no network, as with Docker. */
export const defaultNetwork = 'bridge';

/** What a request says about networks: `none`, `host`, `container:ID` or a network, and what it wants of each network. */
export interface NetworkWishes {
  mode: string;
  /** By the network's name as it was asked for; empty where the mode has no networks of its own. */
  networks: Record<string, EndpointConfig>;
}

/**
 * Reads what a request says about networks. Whether they exist is asked at the start, as with Docker; those that do are kept
 * by their names, whatever the request calls them.
 * @throws invalid-argument for what cannot go together; conflict for a container to share with that there is not
 */
export function networkWishes(body: ContainerCreate, engine: Pick<Engine, 'networks' | 'store'>): NetworkWishes {
  const asked = body.HostConfig.NetworkMode;
  if (asked.startsWith('container:')) {
    refuseShared(body);
    return { mode: `container:${containerId(engine, asked.slice('container:'.length))}`, networks: {} };
  }
  const mode = asked === '' || asked === 'default' ? defaultNetwork : nameOf(engine, asked);
  if (mode === 'host' && body.Hostname !== '' && body.HostConfig.UTSMode === 'host') {
    throw invalidArgument('conflicting options: hostname and the UTS mode');
  }
  if (isWithoutNetworks(mode)) return { mode, networks: {} };
  const { EndpointsConfig } = body.NetworkingConfig;
  const { default: other, ...named } = EndpointsConfig;
  const configs = other === undefined ? named : { ...named, [mode]: named[mode] ?? other };
  const byName = Object.entries(configs).map(([name, config]) => [nameOf(engine, name), config] as const);
  const alone = byName.find(([name]) => name === 'none' || name === 'host');
  if (alone !== undefined) {
    throw invalidArgument(`conflicting options: network ${alone[0]} does not go together with other networks`);
  }
  const networks = Object.entries({ [mode]: null, ...Object.fromEntries(byName) }).map(([name, config]) => [
    name,
    wish(name, config, body),
  ]);
  return { mode, networks: Object.fromEntries(networks) };
}

/** Not as not-found: docker would take that for a missing image, and pull it. */
function containerId({ store }: Pick<Engine, 'store'>, reference: string): string {
  const found = ifThere(() => store.get(reference));
  if (found === undefined) throw conflict(`cannot join network of container ${reference}: no such container`);
  return found.id;
}

const nameOf = ({ networks }: Pick<Engine, 'networks'>, reference: string): string =>
  ifThere(() => networks.find(reference))?.name ?? reference;

function ifThere<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (isKind(error, 'not-found')) return undefined;
    throw error;
  }
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
