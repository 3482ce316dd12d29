import type { Readable } from 'node:stream';
import { jsonLines } from '../../client/index.ts';
import { systemError } from '../../errors/index.ts';
import type { Progress } from '../../wire/index.ts';
import type { Output } from '../app.ts';
import { ProgressLines } from './progress-lines.ts';

export interface ProgressOptions {
  output: Output;
  /** Only failures are shown. */
  quiet?: boolean;
  onAux?: (aux: Record<string, unknown>) => void;
}

/**
 * Shows a progress stream (pull, push, load, import) until it ends. On a terminal each layer has one line that is
 * rewritten; elsewhere only what lasts is printed. @throws system with the reason where the stream ends in an error.
 */
export async function showProgress(body: Readable, options: ProgressOptions): Promise<void> {
  const lines = new ProgressLines(options.output);
  for await (const message of jsonLines<Progress>(body)) {
    const failure = message.errorDetail?.message ?? message.error;
    if (failure !== undefined) throw systemError(failure);
    if (message.aux !== undefined) options.onAux?.(message.aux);
    else if (options.quiet !== true) lines.show(message);
  }
}
