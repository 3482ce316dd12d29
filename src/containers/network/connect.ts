import { conflict, forbidden, invalidArgument } from '../../errors/index.ts';
import type { EndpointConfig } from '../../wire/index.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { writeRecord } from '../record.ts';
import { writeEtcFiles } from './etc-files.ts';
import { isWithoutNetworks } from './mode.ts';
import { endpointRequest } from './open.ts';

const plainWish: EndpointConfig = {
  Aliases: null,
  IPAMConfig: null,
  Links: null,
  MacAddress: '',
  DriverOpts: null,
  GwPriority: 0,
};

/**
 * Puts a container on one more network, at once where it runs and from its next start on. The caller holds its lock.
 * @throws forbidden where it is on it already; conflict for a container without networks of its own; not-found
 */
export async function connectContainer(
  engine: Engine,
  container: Container,
  { network, wish }: { network: string; wish: EndpointConfig | null },
): Promise<void> {
  const { name, driver, automatic } = engine.networks.find(network);
  refuseUnconnectable(container, driver);
  if (Object.hasOwn(container.record.networks, name)) {
    throw forbidden(`endpoint with name ${container.name} already exists in network ${name}`);
  }
  if (automatic && wish?.IPAMConfig?.IPv4Address) {
    throw invalidArgument(
      'user specified IP address is supported only when connecting to networks with user configured subnets',
    );
  }
  const before = container.record;
  container.record = { ...before, networks: { ...before.networks, [name]: wish ?? plainWish } };
  try {
    if (container.sandbox !== undefined) {
      await engine.networks.join(container.id, endpointRequest(container, name));
      refresh(engine, container);
    }
    await writeRecord(container.dir, container.record);
  } catch (error) {
    container.record = before;
    throw error;
  }
}

/**
 * Takes a container off a network. The caller holds its lock. A network that is gone is fine with `force`.
 * @throws conflict where it is not on it; not-found for the network
 */
export async function disconnectContainer(
  engine: Engine,
  container: Container,
  { network, force }: { network: string; force: boolean },
): Promise<void> {
  const name =
    force && Object.hasOwn(container.record.networks, network) ? network : engine.networks.find(network).name;
  if (!Object.hasOwn(container.record.networks, name)) {
    throw conflict(`container ${container.id} is not connected to network ${name}`);
  }
  if (container.sandbox?.endpoints.some(({ networkName }) => networkName === name)) {
    await engine.networks.leave(container.id, name);
    refresh(engine, container);
  }
  const { [name]: _left, ...networks } = container.record.networks;
  container.record = { ...container.record, networks };
  await writeRecord(container.dir, container.record);
}

/** What a running container knows of its networks, also in its files. */
function refresh(engine: Engine, container: Container): void {
  container.sandbox = engine.networks.sandbox(container.id);
  writeEtcFiles(engine, container);
}

function refuseUnconnectable({ record }: Container, driver: string): void {
  const { NetworkMode } = record.hostConfig;
  if (NetworkMode === 'none') {
    throw conflict(
      'container cannot be connected to multiple networks with one of the networks in private (none) mode',
    );
  }
  if (isWithoutNetworks(NetworkMode)) {
    throw conflict(
      'container sharing network namespace with another container or host cannot be connected to any other network',
    );
  }
  if (driver !== 'bridge')
    throw conflict(`cannot connect container to ${driver} network - container is on other networks`);
}
