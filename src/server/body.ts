import type { IncomingMessage } from 'node:http';
import { invalidArgument, messageOf } from '../errors/index.ts';
import { upgradedBody } from './upgrade.ts';

/** No JSON body of the API comes near this; archives are streamed and not read through here. */
const LIMIT_BYTES = 16 << 20;

/**
 * Reads a request's JSON body by Docker's rules: an empty one is undefined and needs no Content-Type, any other must
 * be declared as JSON and be exactly one JSON value.
 * @throws invalid-argument with Docker's words for each of these.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const declared = request.headers['content-type'];
  const empty = isDeclaredEmpty(request);
  if (declared !== undefined || !empty) requireJson(declared ?? '');
  if (empty) return undefined;
  const text = (await readBody(request)).toString('utf8');
  if (text.trim() === '') throw invalidArgument('invalid JSON: got EOF while reading request body');
  return parse(text);
}

/** Whether the request says that it has no body. A chunked one may still turn out empty, as with Docker. */
export function isDeclaredEmpty(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding === undefined && (length === undefined || Number(length) === 0);
}

function requireJson(declared: string): void {
  const type = declared.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') return;
  if (!/^[^\s/;]+\/[^\s/;]+$/.test(type)) throw invalidArgument(`malformed Content-Type header (${declared})`);
  throw invalidArgument(`unsupported Content-Type header (${declared}): must be 'application/json'`);
}

/** By its events: for a body of one chunk, as almost all are, an iterator takes longer than all the rest. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const known = upgradedBody(request);
  if (known !== undefined) return known;
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= LIMIT_BYTES) chunks.push(chunk);
      else reject(invalidArgument(`request body is larger than ${LIMIT_BYTES} bytes`));
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = messageOf(error);
    if (why.includes('after JSON')) throw invalidArgument('unexpected content after JSON');
    throw invalidArgument(`invalid JSON: ${why}`);
  }
}
