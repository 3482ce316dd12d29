import { isAbsolute } from 'node:path';
import { invalidArgument, notImplemented } from '../errors/index.ts';

/** The socket used where nothing else is asked for. */
export const DEFAULT_SOCKET = '/run/holdfast/holdfast.sock';
/** The same as a host URL. */
export const DEFAULT_HOST = `unix://${DEFAULT_SOCKET}`;

/** Where an engine listens. `url` is what was asked for, for messages. */
export type Endpoint =
  | { kind: 'unix'; url: string; path: string }
  | { kind: 'tcp'; url: string; host: string; port: number };

/**
 * Reads a host as `-H` and DOCKER_HOST have it: `unix:///path`, `tcp://host[:port]`, a bare absolute socket path, or
 * `host:port`. Empty means the default socket.
 * @throws invalid-argument for another form, not-implemented for schemes this client does not speak (ssh, https, fd).
 */
export function parseEndpoint(host: string): Endpoint {
  const url = host.trim();
  if (url === '') return { kind: 'unix', url: DEFAULT_HOST, path: DEFAULT_SOCKET };
  if (isAbsolute(url)) return { kind: 'unix', url: `unix://${url}`, path: url };
  const scheme = /^([a-z]+):\/\/(.*)$/s.exec(url);
  if (scheme === null) return tcpEndpoint(url, url);
  const [, name = '', rest = ''] = scheme;
  if (name === 'unix') {
    if (!isAbsolute(rest)) throw invalidArgument(`unable to parse docker host \`${host}\``);
    return { kind: 'unix', url, path: rest };
  }
  if (name === 'tcp' || name === 'http') return tcpEndpoint(url, rest);
  if (name === 'https' || name === 'ssh' || name === 'npipe' || name === 'fd') {
    throw notImplemented(
      `${name}:// is not supported for reaching the daemon: use a unix socket, and "ssh -L ./holdfast.sock:${DEFAULT_SOCKET} HOST" for another machine`,
    );
  }
  throw invalidArgument(`unable to parse docker host \`${host}\``);
}

function tcpEndpoint(url: string, rest: string): Endpoint {
  const match = /^(?:\[([^\]]+)\]|([^:/]+))?(?::(\d+))?\/?$/.exec(rest);
  if (match === null || rest === '') throw invalidArgument(`unable to parse docker host \`${url}\``);
  const host = match[1] ?? match[2] ?? '127.0.0.1';
  return { kind: 'tcp', url: url.includes('://') ? url : `tcp://${url}`, host, port: Number(match[3] ?? 2375) };
}
