import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { forbidden } from '../errors/index.ts';

/** Whether a host name, without port, is one that a listener goes by besides the local ones. */
export type KnowsHost = (name: string) => boolean;

/**
 * Refuses what a web page makes a browser send: who may use the API is root here, and a browser on the machine must not
 * be led to it by a page, be it through a forwarded port or a name that was made to point here (DNS rebinding).
 * @throws forbidden, before anything of the request is looked at
 */
export function refuseWebPages({ headers }: IncomingMessage, isOurs: KnowsHost): void {
  const { origin, host = '', 'sec-fetch-site': site = 'none' } = headers;
  if (origin !== undefined || site !== 'none') {
    throw forbidden(
      'requests of web pages are refused: this one has a header that only browsers send (Origin or Sec-Fetch-Site)',
    );
  }
  const name = host.replace(/:\d*$/, '').toLowerCase();
  if (!isLocal(name) && !isOurs(name)) {
    throw forbidden(
      `requests for the host ${JSON.stringify(name)} are refused: it is no name of this engine. A proxy in front of it has to send "Host: localhost"`,
    );
  }
}

/**
 * Names that nobody can make a browser resolve to us: none, one label (`docker`, `localhost`), addresses, what is no host name at
 * all (clients send the path of the socket, escaped), and those that RFC 6761 reserves: `.localhost`, and `example.com`,
 * which docker sends over ssh.
 */
function isLocal(name: string): boolean {
  const isHostName = /^[\p{L}\p{N}_.-]+$/u.test(name);
  return !isHostName || !name.includes('.') || isIP(name) !== 0 || /\.(localhost|example\.com)$/.test(name);
}
