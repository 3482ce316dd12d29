import { isAbsolute } from 'node:path';
import { invalidArgument } from '../errors/index.ts';
import type { MetricsAddress, TcpAddress, TlsFiles } from '../server/index.ts';

/** The settings on TLS, by dockerd's names. */
export interface TlsSettings {
  tls?: boolean | undefined;
  tlsverify?: boolean | undefined;
  tlscacert?: string | undefined;
  tlscert?: string | undefined;
  tlskey?: string | undefined;
}

/** Docker's port for the API with TLS. */
const tlsPort = 2376;

/**
 * Reads where to serve: `unix:///path` or a path, and `tcp://[host][:port]`, for which clients must show a certificate.
 * @throws invalid-argument for another form, and for a port that anybody could use: there is no way to have one.
 */
export function readHosts(hosts: readonly string[], tls: TlsSettings): { sockets: string[]; ports: TcpAddress[] } {
  const isPort = (host: string) => host.startsWith('tcp://');
  return {
    sockets: hosts.filter((host) => !isPort(host)).map(socketPath),
    ports: hosts.filter(isPort).map((host) => ({ ...tcpAddress(host), tls: tlsFiles(host, tls) })),
  };
}

function socketPath(host: string): string {
  const path = host.startsWith('unix://') ? host.slice('unix://'.length) : host;
  if (isAbsolute(path)) return path;
  throw invalidArgument(`invalid host ${host}: unix:///path/to.sock and tcp://address:port are served`);
}

function tcpAddress(url: string): { host: string; port: number } {
  const match = /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]*))(?::(\d{1,5}))?\/?$/.exec(url);
  const port = Number(match?.[3] ?? tlsPort);
  if (match === null || port > 65_535) throw invalidArgument(`invalid host ${url}: it has the form tcp://address:port`);
  return { host: match[1] ?? match[2] ?? '', port };
}

function tlsFiles(host: string, { tls, tlsverify, tlscacert, tlscert, tlskey }: TlsSettings): TlsFiles {
  if (tlsverify !== true) {
    const alone = tls === true ? 'with --tls alone any client is let in' : 'it would let anybody in';
    throw invalidArgument(
      `${host} is not served: ${alone}, and who uses the API is root on this machine. Give --tlsverify with --tlscacert, --tlscert and --tlskey, or use ssh`,
    );
  }
  const files = { tlscacert, tlscert, tlskey };
  const missing = Object.entries(files).find(([, path]) => path === undefined || path === '');
  if (missing !== undefined) throw invalidArgument(`${host} cannot be served: --tlsverify needs --${missing[0]}`);
  return { ca: tlscacert ?? '', cert: tlscert ?? '', key: tlskey ?? '' };
}

/**
 * Reads where to serve metrics, `[host]:port`: without a host on this machine alone, since they name what is on it.
 * @throws invalid-argument for another form.
 */
export function metricsAddress(address: string): MetricsAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw invalidArgument(`invalid metrics-addr ${address}: it has the form address:port, such as 127.0.0.1:9323`);
  }
  return { host: match[1] ?? (match[2] || '127.0.0.1'), port };
}
