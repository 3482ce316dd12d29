import type { UndoStack } from '../../async/index.ts';
import { conflict, HoldfastError, messageOf, systemError } from '../../errors/index.ts';
import { type EndpointRequest, type PortRequest, portRequests } from '../../networks/index.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';

/** The network namespace of a run, in the terms of an OCI spec. */
export type Namespace = 'host' | 'none' | { path: string };

/** The option of a network that says where ports are published that name no address. */
const hostBindingOption = 'com.docker.network.bridge.host_binding_ipv4';

/**
 * Makes the network side of a run: the namespace, with its places on networks and published ports, which `container.sandbox`
 * then tells of.
 * @throws not-found for a network; conflict for a container to share with that does not run; system for what failed, and why
 */
export async function openNetwork(engine: Engine, container: Container, undo: UndoStack): Promise<Namespace> {
  const { NetworkMode } = container.record.hostConfig;
  if (NetworkMode === 'host' || NetworkMode === 'none') return NetworkMode;
  if (NetworkMode.startsWith('container:')) return sharedNamespace(engine, NetworkMode.slice('container:'.length));
  undo.add(() => closeNetwork(engine, container));
  try {
    const ports = portsOf(engine, container);
    container.sandbox = await engine.networks.open(container.id, { endpoints: endpointRequests(container), ports });
  } catch (error) {
    throw explained(error, container);
  }
  return { path: container.sandbox.path };
}

/** Gives back what {@link openNetwork} made. */
export async function closeNetwork(engine: Engine, container: Container): Promise<void> {
  container.sandbox = undefined;
  await engine.networks.release(container.id);
}

function sharedNamespace(engine: Engine, id: string): Namespace {
  const other = engine.store.get(id);
  if (!other.isRunning) throw conflict(`cannot join network of a non running container: ${id}`);
  return { path: `/proc/${other.state.pid}/ns/net` };
}

/** What a container wants of its networks, the one of its mode first. */
export function endpointRequests(container: Container): EndpointRequest[] {
  const { hostConfig, networks } = container.record;
  const names = Object.keys(networks).sort(
    (a, b) => Number(b === hostConfig.NetworkMode) - Number(a === hostConfig.NetworkMode),
  );
  return names.map((network) => endpointRequest(container, network));
}

export function endpointRequest({ record }: Container, network: string): EndpointRequest {
  const wish = record.networks[network];
  return {
    network,
    names: [record.name, ...(wish?.Aliases ?? []), record.config.Hostname].filter((name) => name !== ''),
    ipv4: wish?.IPAMConfig?.IPv4Address ?? '',
    ipv6: wish?.IPAMConfig?.IPv6Address ?? '',
    mac: wish?.MacAddress ?? '',
    gatewayPriority: wish?.GwPriority ?? 0,
  };
}

function portsOf(engine: Engine, { record }: Container): PortRequest[] {
  const { config, hostConfig } = record;
  const { options } = engine.networks.find(hostConfig.NetworkMode);
  const wishes = {
    exposed: config.ExposedPorts,
    bindings: hostConfig.PortBindings,
    publishAll: hostConfig.PublishAllPorts,
  };
  return portRequests(wishes, options[hostBindingOption] ?? '');
}

/** Docker's words before a reason that is the host's, so that it is clear what failed. */
function explained(error: unknown, { record }: Container): unknown {
  if (!(error instanceof HoldfastError) || error.kind !== 'system') return error;
  return systemError(`failed to set up container networking: ${record.name}: ${messageOf(error)}`, error);
}
