import { PassThrough } from 'node:stream';
import type { WaitResult } from '../../wire/index.ts';
import type { AttachStream } from '../attach-stream.ts';

type Chunk = { stream: 1 | 2; data: Buffer };

/** One container that runs nothing: a test is its process, writing output and reading input. */
export class MemoryContainer {
  readonly id: string;
  readonly tty: boolean;
  readonly stdin = new PassThrough();
  readonly said: string[] = [];
  running = false;
  #output: PassThrough | undefined;
  #exited: Array<(result: WaitResult) => void> = [];

  constructor(id: string, options: { tty: boolean }) {
    this.id = id;
    this.tty = options.tty;
  }

  attach(): AttachStream {
    const output = new PassThrough({ objectMode: true, highWaterMark: 4 });
    this.#output = output;
    const end = (word: string) => {
      this.said.push(word);
      output.end();
    };
    return {
      tty: this.tty,
      output: output as AsyncIterable<Chunk>,
      stdin: this.stdin,
      close: () => end('close'),
      detach: () => end('detach'),
    };
  }

  /** Writes output. @returns false where the process would have to wait for its reader. */
  write(stream: 1 | 2, data: Buffer | string): boolean {
    return this.#output?.write({ stream, data: Buffer.from(data) }) ?? true;
  }

  /** Waits as a process does on a full pipe. */
  async writeAll(stream: 1 | 2, data: Buffer): Promise<void> {
    if (!this.write(stream, data)) await new Promise((resolve) => this.#output?.once('drain', resolve));
  }

  wait(): Promise<WaitResult> {
    return new Promise((resolve) => this.#exited.push(resolve));
  }

  exit(code: number): void {
    this.running = false;
    this.#output?.end();
    for (const resolve of this.#exited) resolve({ StatusCode: code });
    this.#exited = [];
  }
}
