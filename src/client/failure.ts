import type { IncomingMessage } from 'node:http';
import { type ErrorKind, HoldfastError, messageOf, systemError, unavailable } from '../errors/index.ts';
import type { Endpoint } from './endpoint.ts';

/** Why a request never got an answer: the daemon is not there (as opposed to refusing us). */
const NOT_LISTENING = new Set(['ENOENT', 'ECONNREFUSED']);

/** Tells whether a failed connection means that no daemon listens there. */
export function isNotListening(error: unknown): boolean {
  return NOT_LISTENING.has(codeOf(error));
}

/** The daemon ended the connection, as we read or as we wrote. */
const ENDED = new Set(['ECONNRESET', 'EPIPE']);

/** What TLS finds wrong with a certificate, ours or the engine's, or with what is no TLS at all. */
const TLS_FAILURE = /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;

/** Tells whether an error is of the connection itself, and not of what was said on it. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  return 'syscall' in error || error.code === 'ECONNRESET' || TLS_FAILURE.test(String(error.code));
}

/** The error for a connection that failed, in Docker's words. */
export function connectionFailure(error: unknown, endpoint: Endpoint): HoldfastError {
  if (isNotListening(error) || codeOf(error) === 'ENOTDIR') {
    return unavailable(
      `Cannot connect to the Holdfast daemon at ${endpoint.url}. Is the holdfast daemon running?`,
      error,
    );
  }
  if (codeOf(error) === 'EACCES') {
    return unavailable(
      `permission denied while trying to connect to the Holdfast daemon socket at ${endpoint.url}: run as root, or join the group that owns the socket`,
      error,
    );
  }
  if (ENDED.has(codeOf(error))) {
    const why = endpoint.kind === 'tcp' && endpoint.tls !== undefined ? ': it may not accept our certificate' : '';
    return systemError(`the daemon at ${endpoint.url} closed the connection without answering${why}`, error);
  }
  return systemError(`error during connect to ${endpoint.url}: ${messageOf(error)}`, error);
}

/** Reads the body of an error response and makes the error of it: the server's message after Docker's prefix. */
export async function responseFailure(response: IncomingMessage): Promise<HoldfastError> {
  const status = response.statusCode ?? 500;
  const message = serverMessage(await readText(response));
  return new HoldfastError(kindOf(status), `Error response from daemon: ${message || defaultMessage(response)}`);
}

/** The whole of a body as text. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function serverMessage(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    if (value !== null && typeof value === 'object' && 'message' in value) return String(value.message).trim();
  } catch {
    // Not JSON: attach on an unknown container is answered as plain text, and that text is the message.
  }
  return body.trim();
}

function defaultMessage(response: IncomingMessage): string {
  return `${response.statusCode} ${response.statusMessage ?? ''}`.trim();
}

const KINDS: Record<number, ErrorKind> = {
  304: 'not-modified',
  400: 'invalid-argument',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  501: 'not-implemented',
  503: 'unavailable',
};

/** The kind an HTTP status stands for: the inverse of the server's table, for messages and for retrying. */
function kindOf(status: number): ErrorKind {
  return KINDS[status] ?? 'system';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
