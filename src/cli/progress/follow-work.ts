import type { ApiRequest } from '../../client/index.ts';
import { jsonLines } from '../../client/index.ts';
import { systemError } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { ProgressLines } from './progress-lines.ts';
import { Rate } from './rate.ts';

/** One line of what a route with long work answers. */
interface WorkLine<T> {
  progress?: { done: number; total: number };
  result?: T;
  error?: { message: string };
}

/**
 * Asks for long work (see the server's streamWork) and shows on standard error how far it is, where that is a terminal.
 * Ending this process ends the work.
 * @param options.what is being done, such as "Moving data".
 * @returns what the work came to.
 * @throws what the daemon answers, or system with its words; system where the daemon ended before the work did.
 */
export async function followWork<T>(app: App, request: ApiRequest, options: { what: string }): Promise<T> {
  const lines = new ProgressLines(app.stderr);
  const rate = new Rate();
  for await (const line of jsonLines<WorkLine<T>>(await app.client().request(request))) {
    if (line.error !== undefined) throw systemError(`Error response from daemon: ${line.error.message}`);
    if ('result' in line) return line.result as T;
    const { done: current = 0, total = 0 } = line.progress ?? {};
    const status = rate.after({ done: current, total }, performance.now());
    lines.show({ id: options.what, status, progressDetail: { current, total } });
  }
  throw systemError('the daemon ended before the work did; what it had not finished is undone at its next start');
}
