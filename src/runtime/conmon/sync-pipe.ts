import type { Duplex, Readable } from 'node:stream';

/** A line that conmon tells: the process id, then (of an exec) its exit code; negative where it failed, with why. */
export interface SyncMessage {
  data: number;
  message: string;
}

/** conmon's lines to whoever started it, one JSON object each. */
export class SyncPipe {
  readonly #pipe: Duplex;
  readonly #messages: SyncMessage[] = [];
  #waiting: ((message: SyncMessage | undefined) => void) | undefined;
  #rest = '';
  #ended = false;
  #words = '';

  /** @param errors conmon's standard error, which it closes once its arguments are right */
  constructor(pipe: Duplex, errors: Readable) {
    this.#pipe = pipe;
    pipe.on('data', (chunk: Buffer) => this.#take(chunk.toString()));
    pipe.on('close', () => this.#end());
    pipe.on('end', () => this.#end());
    errors.on('data', (chunk: Buffer) => {
      this.#words = (this.#words + chunk.toString()).slice(-4096);
    });
  }

  /** The next line; undefined where conmon has ended without one. One caller at a time. */
  next(): Promise<SyncMessage | undefined> {
    const message = this.#messages.shift();
    if (message !== undefined || this.#ended) return Promise.resolve(message);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** What conmon wrote to its standard error. */
  get words(): string {
    return this.#words.trim();
  }

  close(): void {
    this.#pipe.destroy();
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = parse(line);
      if (message === undefined) continue;
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting === undefined) this.#messages.push(message);
      else waiting(message);
    }
  }

  #end(): void {
    this.#ended = true;
    this.#waiting?.(undefined);
    this.#waiting = undefined;
  }
}

function parse(line: string): SyncMessage | undefined {
  try {
    const { data, message } = JSON.parse(line) as { data?: number; message?: string };
    return { data: data ?? -1, message: (message ?? '').trim() };
  } catch {
    // conmon cuts what is too long for its buffer, maybe inside an escape; the words before are the best there is.
    const words = /"message":\s*"([\s\S]*)/.exec(line)?.[1];
    return words === undefined ? undefined : { data: -1, message: words.replace(/\\?"?\s*\}?\s*$/, '') };
  }
}
