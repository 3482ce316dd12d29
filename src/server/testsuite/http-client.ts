import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  /** An object is sent as JSON with its Content-Type. */
  body?: object | string | Buffer;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  json: any;
}

/** Sends a request to a unix socket and resolves with the head of the answer, its body still to be read. */
export function open(socketPath: string, path: string, ask: Ask = {}): Promise<IncomingMessage> {
  const { body } = ask;
  const json = typeof body === 'object' && !Buffer.isBuffer(body);
  const payload = json ? JSON.stringify(body) : body;
  const headers = { ...(json && { 'Content-Type': 'application/json' }), ...ask.headers };
  return new Promise((resolve, reject) => {
    const call = httpRequest({ socketPath, path, method: ask.method ?? 'GET', headers, agent: false }, resolve);
    call.on('error', reject);
    call.end(payload);
  });
}

/** Sends a request to a unix socket and reads the whole answer. */
export async function fetchAnswer(socketPath: string, path: string, ask: Ask = {}): Promise<Answer> {
  const response = await open(socketPath, path, ask);
  const text = (await buffer(response)).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not every answer is JSON; those tests look at the text.
    return undefined;
  }
}
