import * as z from 'zod';
import { messageOf } from '../../../errors/index.ts';
import type { Call } from '../../call.ts';

/** How far long work has got. In bytes unless the route says otherwise; `total` is 0 where it is not known. */
export interface WorkProgress {
  done: number;
  total: number;
}

/** Long work of a request. It ends with `cancelled` soon after `signal` aborts, which means that the client has gone. */
export type Work<T> = (tools: { signal: AbortSignal; onProgress: (progress: WorkProgress) => void }) => Promise<T>;

/** Every how many milliseconds a client is told, at most. */
const tellEveryMs = 200;

/**
 * Does long work and tells the client how far it is, one JSON object a line: `{"progress":{"done","total"}}` any number of
 * times, then `{"result":…}` or `{"error":{"message"}}` as the last. Work that fails before it has got anywhere is answered
 * with the error's status, as any other request. A line that never comes means that the work was cut off.
 */
export async function streamWork<T>(call: Call, work: Work<T>): Promise<void> {
  const response = call.takeResponse();
  const write = (line: object): void => {
    if (!response.headersSent) response.writeHead(200, { 'Content-Type': 'application/json' });
    response.write(`${JSON.stringify(line)}\n`);
  };
  let toldAt = Number.NEGATIVE_INFINITY;
  const onProgress = ({ done, total }: WorkProgress): void => {
    // A client that does not read misses steps on the way, not the end.
    if (response.writableNeedDrain || response.destroyed || performance.now() - toldAt < tellEveryMs) return;
    toldAt = performance.now();
    write({ progress: { done, total } });
  };
  try {
    const result = await work({ signal: call.signal, onProgress });
    write({ result });
  } catch (error) {
    if (!response.headersSent) throw error;
    write({ error: { message: messageOf(error) } });
  }
  response.end();
}

/** What the OpenAPI document says of an answer by {@link streamWork}. @param result the schema of what the work comes to. */
export const workAnswer = (result: z.ZodType): z.ZodType =>
  z
    .union([
      z.object({ progress: z.object({ done: z.number(), total: z.number() }) }),
      z.object({ result }),
      z.object({ error: z.object({ message: z.string() }) }),
    ])
    .describe('One JSON object a line: progress, any number of times, then the result or what went wrong.');
