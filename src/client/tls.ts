import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { TlsCredentials } from './endpoint.ts';

/** Connects with TLS. Half-open: the daemon's end of output must not close our input, nor the other way round. */
export function connectTls({ host, port, tls }: { host: string; port: number; tls: TlsCredentials }): TLSSocket {
  const { verify, ca, cert, key } = tls;
  // An address is no server name; it is checked against the certificate all the same.
  const servername = isIP(host) === 0 ? host : '';
  const options: ConnectionOptions & { allowHalfOpen: true } = {
    host,
    port,
    servername,
    ca,
    cert,
    key,
    rejectUnauthorized: verify,
    minVersion: 'TLSv1.2',
    allowHalfOpen: true,
  };
  return connect(options);
}
