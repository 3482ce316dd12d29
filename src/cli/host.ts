import { basename, join } from 'node:path';
import { DEFAULT_SOCKET, type Endpoint, parseEndpoint } from '../client/index.ts';
import type { GlobalOptions } from './app.ts';
import { tlsCredentials } from './tls.ts';

/** Where the command looks for its daemon, and whether it may start one there. */
export interface ChosenHost {
  endpoint: Endpoint;
  mayStart: boolean;
}

/** Where a daemon of this environment listens by itself: in its folder for runtime state. */
export function defaultSocket(env: NodeJS.ProcessEnv): string {
  const execRoot = env.HOLDFAST_EXEC_ROOT;
  return execRoot ? join(execRoot, basename(DEFAULT_SOCKET)) : DEFAULT_SOCKET;
}

/**
 * Finds the daemon: `-H`, then HOLDFAST_HOST, then DOCKER_HOST, then the default socket. A daemon may be started where
 * it is sure which data it will serve: at the default socket of this environment, or with a data root of its own. At any
 * other socket a daemon with other roots is meant, and ours would seem to have lost all volumes.
 * @throws invalid-argument for a host that is none, and for TLS files that cannot be read.
 */
export function chooseHost(global: GlobalOptions, env: NodeJS.ProcessEnv): ChosenHost {
  const own = global.host ?? (env.HOLDFAST_HOST || undefined);
  const endpoint = parseEndpoint(
    own ?? (env.DOCKER_HOST || `unix://${defaultSocket(env)}`),
    tlsCredentials(global, env),
  );
  if (endpoint.kind !== 'unix' || env.HOLDFAST_AUTOSTART === '0') return { endpoint, mayStart: false };
  const isOwnSocket = endpoint.path === defaultSocket(env);
  return { endpoint, mayStart: isOwnSocket || (own !== undefined && Boolean(env.HOLDFAST_DATA_ROOT)) };
}
