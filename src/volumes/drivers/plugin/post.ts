import { type IncomingMessage, request as plainRequest, type RequestOptions, STATUS_CODES } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { HoldfastError, messageOf, systemError, unavailable } from '../../../errors/index.ts';
import type { PluginAddress } from './address.ts';

/** One request to a plugin. */
export interface Post {
  address: PluginAddress;
  /** `/VolumeDriver.Mount` */
  path: string;
  /** JSON text; "" for none. */
  body: string;
  /** Milliseconds for the whole answer. */
  timeout: number;
  /** Ends the request early. */
  signal: AbortSignal;
}

/** What a plugin answered: its text, and whether it was an answer of success. */
export interface Reply {
  ok: boolean;
  text: string;
}

/** More than any honest answer: a list of ten thousand volumes takes about 2 MiB. */
const longestAnswer = 4 * 1024 * 1024;

/**
 * Sends a request to a plugin and reads its answer to the end.
 * @throws Node's error, with its code, where there is no connection; unavailable where the time is over or the answer
 *   breaks off; system where it is too long.
 */
export async function post({ address, path, body, timeout, signal }: Post): Promise<Reply> {
  const tooLate = AbortSignal.timeout(timeout);
  try {
    const response = await send(address, { path, signal: AbortSignal.any([signal, tooLate]) }, body);
    return { ok: STATUS_CODES[response.statusCode ?? 0] === 'OK', text: await textOf(response) };
  } catch (error) {
    if (signal.aborted) throw unavailable('the daemon is shutting down', error);
    if (tooLate.aborted) throw unavailable(`the plugin did not answer ${path.slice(1)} in ${timeout / 1000} s`, error);
    if (isUnreachable(error) || error instanceof HoldfastError) throw error;
    throw unavailable(`the plugin's answer to ${path.slice(1)} broke off: ${messageOf(error)}`, error);
  }
}

function send(
  address: PluginAddress,
  { path, signal }: { path: string; signal: AbortSignal },
  body: string,
): Promise<IncomingMessage> {
  const options: RequestOptions = {
    method: 'POST',
    path,
    signal,
    agent: false,
    headers: {
      accept: 'application/vnd.docker.plugins.v1.2+json',
      'content-length': Buffer.byteLength(body),
      ...('socketPath' in address ? { host: 'plugin.moby.localhost' } : {}),
    },
  };
  return new Promise((resolve, reject) => {
    const call = open(address, options);
    call.on('response', resolve);
    call.on('error', reject);
    call.end(body);
  });
}

function open(address: PluginAddress, options: RequestOptions) {
  if ('socketPath' in address) return plainRequest({ ...options, socketPath: address.socketPath });
  const { hostname, port, protocol } = address.url;
  const place = { ...options, hostname: hostname.replace(/^\[|\]$/g, ''), ...(port === '' ? {} : { port }) };
  return protocol === 'https:' ? tlsRequest({ ...place, ...address.tls }) : plainRequest(place);
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestAnswer) throw systemError(`the plugin's answer is longer than ${longestAnswer} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const unreachable = ['ECONNREFUSED', 'ENOENT', 'EAGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];

/** Whether nobody can have received the request, so that sending it again does nothing twice. */
export const isUnreachable = (error: unknown): boolean =>
  unreachable.includes(String((error as { code?: unknown } | null)?.code));
