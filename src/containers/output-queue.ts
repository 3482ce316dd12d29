/** A piece of output: 1 for standard output, 2 for standard error. */
export interface OutputChunk {
  stream: 1 | 2;
  data: Buffer;
}

/** Above this many waiting bytes the source is asked to pause, until half of them are gone. */
const highWaterBytes = 1 << 20;

/** What lies between a source that pushes and a reader that pulls: bounded, in order, and ended once. */
export class OutputQueue implements AsyncIterable<OutputChunk> {
  #chunks: OutputChunk[] = [];
  #bytes = 0;
  #ended = false;
  #wake: (() => void) | undefined;
  #source: { pause(): void; resume(): void } | undefined;
  #paused = false;

  /** Names the source that is to pause while the reader is behind. */
  setSource(source: { pause(): void; resume(): void }): void {
    this.#source = source;
  }

  push(chunk: OutputChunk): void {
    if (this.#ended || chunk.data.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.data.length;
    if (this.#bytes > highWaterBytes && !this.#paused) {
      this.#paused = true;
      this.#source?.pause();
    }
    this.#wake?.();
  }

  /** What was pushed is still read; then the iteration ends. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<OutputChunk> {
    for (;;) {
      const ready = this.#chunks;
      this.#chunks = [];
      for (const chunk of ready) {
        this.#taken(chunk.data.length);
        yield chunk;
      }
      if (this.#chunks.length > 0) continue;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  #taken(bytes: number): void {
    this.#bytes -= bytes;
    if (!this.#paused || this.#bytes > highWaterBytes / 2) return;
    this.#paused = false;
    this.#source?.resume();
  }
}
