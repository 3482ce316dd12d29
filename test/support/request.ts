import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** What a daemon answered. `body` is the parsed JSON where it was JSON, else the text. */
export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export interface RequestOptions {
  method?: string;
  /** Sent as JSON, unless it is a stream, which is sent as it is. */
  body?: unknown;
  /** Sent as it stands, in place of a body: for requests that no client would make. */
  text?: string;
  headers?: Record<string, string>;
}

/** One request to the API on a unix socket, with the answer read to its end. */
export async function request(socket: string, path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await openRequest(socket, path, options);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const isJson = response.headers['content-type']?.startsWith('application/json') === true;
  return { status: response.statusCode ?? 0, headers: response.headers, body: isJson ? parse(text) : text };
}

/** As request, but hands over the answer with its body unread, for streams. */
export function openRequest(socket: string, path: string, options: RequestOptions = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { body, text } = options;
    const type =
      body === undefined ? {} : { 'content-type': isStream(body) ? 'application/x-tar' : 'application/json' };
    const call = httpRequest({
      socketPath: socket,
      path,
      method: options.method ?? 'GET',
      headers: { host: 'localhost', ...type, ...options.headers },
      agent: false,
    });
    call.on('response', resolve);
    call.on('error', reject);
    if (isStream(body)) body.pipe(call);
    else call.end(text ?? (body === undefined ? undefined : JSON.stringify(body)));
  });
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}

/** Progress streams are several JSON values, one a line: those stay text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
