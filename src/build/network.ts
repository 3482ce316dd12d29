import { randomBytes } from 'node:crypto';
import { conflict } from '../errors/index.ts';
import type { NetworkService } from '../networks/index.ts';

/** The network that a build's commands have, in buildah's words: `host`, `none` or `ns:path`. */
export interface BuildNetwork {
  network: string;
  nameServers: readonly string[];
}

/**
 * Gives `work` a place on a network as `docker run --network` would, for as long as it takes.
 * @throws not-found for a network; conflict for a container to share with that has none
 */
export async function withNetwork<T>(
  networks: NetworkService,
  networkMode: string,
  work: (network: BuildNetwork) => Promise<T>,
): Promise<T> {
  const mode = networkMode === '' || networkMode === 'default' ? 'bridge' : networkMode;
  if (mode === 'none' || mode === 'host') return work({ network: mode, nameServers: [] });
  if (mode.startsWith('container:')) {
    const sandbox = networks.sandbox(mode.slice('container:'.length));
    if (sandbox === undefined) throw conflict(`cannot join network of a container that has none: ${mode}`);
    return work({ network: `ns:${sandbox.path}`, nameServers: networks.nameServersOf(sandbox.id) });
  }
  const id = randomBytes(32).toString('hex');
  const endpoint = { network: mode, names: [], ipv4: '', ipv6: '', mac: '', gatewayPriority: 0 };
  try {
    const { path } = await networks.open(id, { endpoints: [endpoint], ports: [] });
    return await work({ network: `ns:${path}`, nameServers: networks.nameServersOf(id) });
  } finally {
    await networks.release(id);
  }
}

/** `host-gateway` as the host's address on the bridge. */
export function resolveHosts(networks: NetworkService, hosts: readonly string[]): string[] {
  return hosts.map((host) => host.replace(/:host-gateway$/, () => `:${networks.hostGateway()}`));
}
