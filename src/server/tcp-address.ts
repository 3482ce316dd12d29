import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { invalidArgument, messageOf } from '../errors/index.ts';
import type { KnowsHost } from './web-pages.ts';

/** PEM files: who may come in is who has a certificate of `ca`; `cert` and `key` are the engine's own. */
export interface TlsFiles {
  ca: string;
  cert: string;
  key: string;
}

/** Where to serve over the network. There is no such place without certificates. */
export interface TcpAddress {
  /** A name or an address; "" is every address of the machine. */
  host: string;
  port: number;
  tls: TlsFiles;
}

/**
 * A server as Docker's own daemon has it with `--tlsverify`: for nobody without a certificate of the authority, and with
 * nothing before TLS 1.2.
 * @throws invalid-argument naming the file that cannot be read, or why they do not fit together.
 */
export function createTlsServer(files: TlsFiles, options: ServerOptions): Server {
  const context: SecureContextOptions = {
    ca: contentOf('tlscacert', files.ca),
    cert: contentOf('tlscert', files.cert),
    key: contentOf('tlskey', files.key),
    minVersion: 'TLSv1.2',
  };
  try {
    createSecureContext(context);
  } catch (error) {
    throw invalidArgument(
      `the TLS files ${files.ca}, ${files.cert} and ${files.key} cannot be used: ${messageOf(error)}`,
      error,
    );
  }
  return createServer({ ...options, ...context, requestCert: true, rejectUnauthorized: true });
}

/** The names of a place: the one it was given, and those of its certificate. */
export function namesOf({ host, tls }: TcpAddress): KnowsHost {
  const certificate = new X509Certificate(contentOf('tlscert', tls.cert));
  return (name) => name === host.toLowerCase() || certificate.checkHost(name) !== undefined;
}

function contentOf(what: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw invalidArgument(`cannot read the file of --${what}: ${messageOf(error)}`, error);
  }
}
