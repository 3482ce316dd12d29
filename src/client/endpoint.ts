import { isAbsolute } from 'node:path';
import { invalidArgument, notImplemented } from '../errors/index.ts';

/** The socket used where nothing else is asked for. */
export const DEFAULT_SOCKET = '/run/holdfast/holdfast.sock';
/** The same as a host URL. */
export const DEFAULT_HOST = `unix://${DEFAULT_SOCKET}`;

/** Where an engine listens. `url` is what was asked for, for messages. */
export type Endpoint =
  | { kind: 'unix'; url: string; path: string }
  | { kind: 'tcp'; url: string; host: string; port: number; tls?: TlsCredentials };

/** PEM contents for a connection with TLS. */
export interface TlsCredentials {
  /** Whether the engine has to show a certificate of `ca` for its host name. */
  verify: boolean;
  ca?: Buffer | undefined;
  cert?: Buffer | undefined;
  key?: Buffer | undefined;
}

/**
 * Reads a host as `-H` and DOCKER_HOST have it: `unix:///path`, `tcp://host[:port]`, a bare absolute socket path, or
 * `host:port`. Empty means the default socket. Ports other than sockets are reached by `tls` where it is given.
 * @throws invalid-argument for another form, not-implemented for schemes this client does not speak (ssh, https, fd).
 */
export function parseEndpoint(host: string, tls?: TlsCredentials): Endpoint {
  const url = host.trim();
  if (url === '') return { kind: 'unix', url: DEFAULT_HOST, path: DEFAULT_SOCKET };
  if (isAbsolute(url)) return { kind: 'unix', url: `unix://${url}`, path: url };
  const scheme = /^([a-z]+):\/\/(.*)$/s.exec(url);
  if (scheme === null) return tcpEndpoint(url, url, tls);
  const [, name = '', rest = ''] = scheme;
  if (name === 'unix') {
    if (!isAbsolute(rest)) throw invalidArgument(`unable to parse docker host \`${host}\``);
    return { kind: 'unix', url, path: rest };
  }
  if (name === 'tcp' || name === 'http') return tcpEndpoint(url, rest, tls);
  if (name === 'https' || name === 'ssh' || name === 'npipe' || name === 'fd') {
    throw notImplemented(
      `${name}:// is not supported for reaching the daemon: use a unix socket, and "ssh -L ./holdfast.sock:${DEFAULT_SOCKET} HOST" for another machine`,
    );
  }
  throw invalidArgument(`unable to parse docker host \`${host}\``);
}

const LAST_PORT = 65_535;

function tcpEndpoint(url: string, rest: string, tls: TlsCredentials | undefined): Endpoint {
  const match = /^(?:\[([^\]]+)\]|([^:/]+))?(?::(\d+))?\/?$/.exec(rest);
  if (match === null || rest === '') throw invalidArgument(`unable to parse docker host \`${url}\``);
  const host = match[1] ?? match[2] ?? '127.0.0.1';
  const port = Number(match[3] ?? (tls === undefined ? 2375 : 2376));
  if (port > LAST_PORT) throw invalidArgument(`unable to parse docker host \`${url}\`: there is no port ${match[3]}`);
  const found = { kind: 'tcp' as const, url: url.includes('://') ? url : `tcp://${url}`, host, port };
  return tls === undefined ? found : { ...found, tls };
}
