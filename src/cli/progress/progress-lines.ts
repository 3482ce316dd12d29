import type { Progress } from '../../wire/index.ts';
import type { Output } from '../app.ts';
import { humanSize } from '../format/units.ts';

const CLEAR_LINE = '\u001b[2K\r';
/** Room a line keeps for its status and the figures behind the bar. */
const BESIDE_THE_BAR = 110;

/** Prints messages of a progress stream, each id on its own line of a terminal. */
export class ProgressLines {
  readonly #output: Output;
  /** Which line, counted from the first, an id has. */
  readonly #lineOf = new Map<string, number>();

  constructor(output: Output) {
    this.#output = output;
  }

  show(message: Progress): void {
    const { id = '', stream, status = '', progressDetail } = message;
    const isMoving = Object.keys(progressDetail ?? {}).length > 0;
    if (this.#output.isTTY !== true) {
      // What moves is only worth showing where it can be rewritten.
      if (!isMoving) this.#output.write(stream ?? `${id === '' ? '' : `${id}: `}${status}\n`);
      return;
    }
    if (stream !== undefined) {
      this.#lineOf.clear();
      this.#output.write(stream);
    } else if (id === '' || progressDetail === undefined) this.#printPlain(id, status);
    else this.#rewrite(id, `${id}: ${status} ${this.#bar(progressDetail)}`);
  }

  /** A line that will not change; the moving ones before it stay where they are. */
  #printPlain(id: string, status: string): void {
    this.#lineOf.clear();
    this.#output.write(`${id === '' ? '' : `${id}: `}${status}\n`);
  }

  #rewrite(id: string, line: string): void {
    const known = this.#lineOf.get(id);
    if (known === undefined) {
      this.#lineOf.set(id, this.#lineOf.size);
      this.#output.write(`${CLEAR_LINE}${line}\n`);
      return;
    }
    const up = this.#lineOf.size - known;
    this.#output.write(`\u001b[${up}A${CLEAR_LINE}${line}\u001b[${up}B\r`);
  }

  /** `[====>   ]  1.2MB/3.4MB`, without the bar where the terminal is too narrow for it. */
  #bar({ current = 0, total = 0 }: NonNullable<Progress['progressDetail']>): string {
    if (current <= 0 && total <= 0) return '';
    if (total <= 0) return humanSize(current, 4);
    const figures = `${humanSize(current).padStart(8)}/${humanSize(total)}`;
    if ((this.#output.columns ?? 200) <= BESIDE_THE_BAR) return figures.trim();
    const done = Math.min(Math.trunc((current / total) * 50), 50);
    const head = done < 50 ? '>' : '';
    return `[${'='.repeat(done)}${head}${' '.repeat(50 - done - head.length)}] ${figures}`;
  }
}
