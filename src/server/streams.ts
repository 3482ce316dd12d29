import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../errors/index.ts';
import type { Progress } from '../wire/index.ts';
import type { Call } from './call.ts';

/**
 * Writes a chunk and waits for room, so that a slow client holds its source back instead of filling memory.
 * @returns false once the client has gone.
 */
async function writeChunk(sink: Writable, chunk: string | Buffer): Promise<boolean> {
  if (sink.destroyed || sink.writableEnded) return false;
  if (!sink.write(chunk)) await roomIn(sink);
  return !sink.destroyed;
}

/** Resolves when a full sink has room again, or has closed. */
export async function roomIn(sink: Writable): Promise<void> {
  if (sink.destroyed || !sink.writableNeedDrain) return;
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([once(sink, 'drain', { signal }), once(sink, 'close', { signal })]);
  } catch {
    // An error closes the sink; whoever writes next sees that.
  } finally {
    settled.abort();
  }
}

export interface StreamAnswer {
  type: string;
  chunks: AsyncIterable<string | Buffer>;
  /** Sends the head at once, before there is anything to say; else the first chunk decides between head and error. */
  eager?: boolean;
  /** What to say of a failure after the head; without it the connection is cut, which no client takes for the end. */
  failure?: (error: unknown) => string;
}

/** Answers 200 with chunks as they come, each sent at once. Leaves the source when the client goes. */
export async function sendStream(call: Call, answer: StreamAnswer): Promise<void> {
  const iterator = answer.chunks[Symbol.asyncIterator]();
  const first = answer.eager === true ? undefined : await iterator.next();
  const response = call.takeResponse();
  response.writeHead(200, { 'Content-Type': answer.type });
  response.flushHeaders();
  try {
    for (let next = first ?? (await iterator.next()); next.done !== true; next = await iterator.next()) {
      if (!(await writeChunk(response, next.value))) break;
    }
    response.end();
  } catch (error) {
    if (answer.failure === undefined) response.destroy();
    else response.end(answer.failure(error));
  } finally {
    // Tells the source that nobody reads on; after its end this does nothing.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

/** Answers with a progress stream: JSON objects, each with \r\n. A failure after the first is its last object. */
export function sendProgress(call: Call, progress: AsyncIterable<Progress>): Promise<void> {
  const line = (message: Progress): string => `${JSON.stringify(message)}\r\n`;
  return sendStream(call, {
    type: 'application/json',
    chunks: mapped(progress, line),
    failure: (error) => line({ errorDetail: { message: messageOf(error) }, error: messageOf(error) }),
  });
}

/** Answers with bytes that a source makes, such as an archive. A source that fails at once is an error answer. */
export async function sendBytes(call: Call, answer: { type: string; source: Readable }): Promise<void> {
  const { source } = answer;
  await firstBytes(source);
  const response = call.takeResponse();
  response.writeHead(200, { 'Content-Type': answer.type });
  try {
    await pipeline(source, response);
  } catch {
    // Either the client has gone, or the source failed half-way; pipeline has cut the connection, which tells the client.
    response.destroy();
  }
}

/** Waits until a source has something to read or has ended. @throws what it failed with before. */
async function firstBytes(source: Readable): Promise<void> {
  if (source.readableLength > 0 || source.readableEnded) return;
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([once(source, 'readable', { signal }), once(source, 'end', { signal })]);
  } finally {
    settled.abort();
  }
}

async function* mapped<T, U>(source: AsyncIterable<T>, map: (value: T) => U): AsyncGenerator<U> {
  for await (const value of source) yield map(value);
}
