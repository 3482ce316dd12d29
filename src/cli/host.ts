import { basename } from 'node:path';
import { DEFAULT_SOCKET, type Endpoint, parseEndpoint } from '../client/index.ts';

/** Where the command looks for its daemon, and whether it may start one there. */
export interface ChosenHost {
  endpoint: Endpoint;
  mayStart: boolean;
}

/** Sockets of other engines: a daemon of ours must never be put in their place. */
const FOREIGN_SOCKETS = new Set(['docker.sock', 'podman.sock', 'containerd.sock', 'dockershim.sock']);

/**
 * Finds the daemon: `-H`, then HOLDFAST_HOST, then DOCKER_HOST, then the default socket. A daemon may be started at a
 * socket that was asked of Holdfast; DOCKER_HOST speaks of docker unless it names a socket of Holdfast's.
 * @throws invalid-argument for a host that is none.
 */
export function chooseHost(flag: string | undefined, env: NodeJS.ProcessEnv): ChosenHost {
  const own = flag ?? (env.HOLDFAST_HOST || undefined);
  const endpoint = parseEndpoint(own ?? env.DOCKER_HOST ?? '');
  if (endpoint.kind !== 'unix' || env.HOLDFAST_AUTOSTART === '0') return { endpoint, mayStart: false };
  const name = basename(endpoint.path);
  const isOurs = own !== undefined || endpoint.path === DEFAULT_SOCKET || name === basename(DEFAULT_SOCKET);
  return { endpoint, mayStart: isOurs && !FOREIGN_SOCKETS.has(name) };
}
