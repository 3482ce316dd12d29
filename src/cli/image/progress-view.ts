import { jsonLines } from '../../client/index.ts';
import { systemError } from '../../errors/index.ts';
import type { Progress } from '../../wire/index.ts';
import type { App } from '../app.ts';
import { humanSize } from '../format/units.ts';

/**
 * Shows a progress stream as it comes. On a terminal each id keeps one line, rewritten in place; elsewhere every status
 * is a line of its own, and counts of bytes are left out.
 * @throws system with the stream's own words where it ends in an error.
 */
export async function showProgress(
  app: App,
  body: AsyncIterable<Uint8Array>,
  options: { quiet?: boolean; onAux?: (aux: Record<string, unknown>) => void } = {},
): Promise<void> {
  const view = app.stdout.isTTY === true ? new TerminalView(app) : new LineView(app);
  for await (const message of jsonLines<Progress>(body)) {
    const failure = message.errorDetail?.message ?? message.error;
    if (failure !== undefined) throw systemError(failure);
    if (message.aux !== undefined) options.onAux?.(message.aux);
    else if (options.quiet !== true) view.show(message);
  }
}

/** One line a status, for files and pipes. */
class LineView {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  show({ stream, status, id, progressDetail }: Progress): void {
    if (stream !== undefined) this.#app.stdout.write(stream);
    else if (status !== undefined && progressDetail?.current === undefined) {
      this.#app.stdout.write(`${id ? `${id}: ` : ''}${status}\n`);
    }
  }
}

/** One line an id, rewritten as its status changes. */
class TerminalView {
  readonly #app: App;
  readonly #lines = new Map<string, number>();

  constructor(app: App) {
    this.#app = app;
  }

  show(message: Progress): void {
    const { stream, status = '', id, progressDetail } = message;
    const { stdout } = this.#app;
    if (stream !== undefined) stdout.write(stream);
    else if (!id || progressDetail === undefined) stdout.write(`${id ? `${id}: ` : ''}${status}\n`);
    else this.#rewrite(id, `${id}: ${status} ${barOf(message)}`.trimEnd());
    // A line without an id moves everything: what came before is not rewritten any more.
    if (stream !== undefined || !id) this.#lines.clear();
  }

  #rewrite(id: string, text: string): void {
    const known = this.#lines.get(id);
    const up = known === undefined ? 0 : this.#lines.size - known;
    if (known === undefined) this.#lines.set(id, this.#lines.size);
    const line = `\u001b[2K\r${text}\n`;
    this.#app.stdout.write(up === 0 ? line : `\u001b[${up}A${line}${up > 1 ? `\u001b[${up - 1}B` : ''}`);
  }
}

function barOf({ progressDetail }: Progress): string {
  const { current = 0, total = 0 } = progressDetail ?? {};
  if (current === 0) return '';
  if (total === 0) return humanSize(current, 4);
  const share = Math.min(50, Math.floor((current / total) * 50));
  const bar = share < 50 ? `${'='.repeat(share)}>${' '.repeat(49 - share)}` : '='.repeat(50);
  return `[${bar}]  ${humanSize(current, 4)}/${humanSize(total, 4)}`;
}
