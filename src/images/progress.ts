import { formatSize, type Progress } from '../wire/index.ts';
import { settled } from './settled.ts';

/** Tells progress; never waits. */
export type Report = (progress: Progress) => void;

/**
 * Runs `work` and gives what it reports. It starts when the first message is asked for; a failure comes out of the
 * iteration, before any message where there was none yet. Whoever stops reading aborts the work at once, and has it
 * ended before `return` resolves.
 */
export function reporting(
  work: (report: Report, signal: AbortSignal) => Promise<void>,
): AsyncIterableIterator<Progress> {
  return new ProgressStream(work);
}

class ProgressStream implements AsyncIterableIterator<Progress> {
  readonly #work: (report: Report, signal: AbortSignal) => Promise<void>;
  readonly #abort = new AbortController();
  readonly #waiting: Progress[] = [];
  #running: Promise<unknown> | undefined;
  #over = false;
  #wake: () => void = () => {};

  constructor(work: (report: Report, signal: AbortSignal) => Promise<void>) {
    this.#work = work;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Progress>> {
    this.#running ??= settled(this.#start());
    for (;;) {
      const value = this.#waiting.shift();
      if (value !== undefined) return { done: false, value };
      if (this.#over) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const failure = await this.#running;
    this.#running = Promise.resolve(undefined);
    if (failure !== undefined) throw failure;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Progress>> {
    this.#abort.abort();
    await this.#running;
    this.#running = Promise.resolve(undefined);
    this.#waiting.length = 0;
    this.#over = true;
    this.#wake();
    return { done: true, value: undefined };
  }

  async #start(): Promise<void> {
    try {
      await this.#work((progress) => {
        this.#waiting.push(progress);
        this.#wake();
      }, this.#abort.signal);
    } finally {
      this.#over = true;
      this.#wake();
    }
  }
}

const WIDTH = 50;
const EVERY_MS = 100;

/**
 * A line of progress in bytes, with the bar that plain clients show as it is.
 * @param total bytes; 0 where that is not known.
 */
export function byteProgress(
  status: string,
  id: string,
  { current, total }: { current: number; total: number },
): Progress {
  if (total <= 0) return { status, progressDetail: { current }, progress: formatSize(current), id };
  const filled = Math.min(WIDTH, Math.floor((current / total) * WIDTH));
  const bar = `${'='.repeat(filled)}>`.slice(0, WIDTH).padEnd(WIDTH);
  const progress = `[${bar}]  ${formatSize(current).padStart(7)}/${formatSize(total)}`;
  return { status, progressDetail: { current, total }, progress, id };
}

/** Lets through the first message of each kind and id, and then one in a while: nobody reads a thousand a second. */
export function throttled(report: Report): Report {
  const last = new Map<string, number>();
  return (progress) => {
    const key = `${progress.status} ${progress.id}`;
    const now = performance.now();
    const { current, total } = progress.progressDetail ?? {};
    if (current !== total && now - (last.get(key) ?? -EVERY_MS) < EVERY_MS) return;
    last.set(key, now);
    report(progress);
  };
}
