import { invalidArgument, notImplemented } from '../errors/index.ts';
import type { ContainerCreate } from '../wire/index.ts';

/**
 * What a container gets that asks for no network: a loopback interface of its own and nothing else. Isolated rather
 * than the host's network, since nobody should be given more reach than they asked for.
 */
export const defaultNetwork = 'none';

/** The network of a new container, `none` or `host`. @throws not-implemented for any other, by its name. */
export function networkModeOf(body: ContainerCreate): 'none' | 'host' {
  const asked = body.HostConfig.NetworkMode;
  const mode = asked === '' || asked === 'default' ? defaultNetwork : asked;
  if (mode !== 'none' && mode !== 'host') {
    throw notImplemented(
      `network "${mode}" is not available: this version has the networks "none" and "host". ` +
        'Run the container with --network host, or with --network none.',
    );
  }
  refuseIdlePorts(body, mode);
  if (mode === 'host' && body.Hostname !== '' && body.HostConfig.UTSMode === 'host') {
    throw invalidArgument('conflicting options: hostname and the UTS mode');
  }
  return mode;
}

/** With `host`, Docker drops published ports with a warning; with `none` they could never answer. */
function refuseIdlePorts(body: ContainerCreate, mode: 'none' | 'host'): void {
  const published = Object.values(body.HostConfig.PortBindings).some((bindings) => (bindings?.length ?? 0) > 0);
  if (published && mode === 'none') {
    throw notImplemented(
      'published ports need a bridge network, which this version does not have. ' +
        'Run the container with --network host: its ports are then the host’s own.',
    );
  }
}
