import { invalidArgument } from '../../errors/index.ts';

/** Reads a stream by exact counts of bytes. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next bytes, whole. @returns undefined at the end of the stream. @throws invalid-argument where it ends within. */
  async take(length: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      const part = await this.some(missing);
      if (part === undefined) break;
      parts.push(part);
      missing -= part.length;
    }
    if (missing > 0 && missing < length) throw cutShort();
    if (missing > 0) return undefined;
    return parts.length === 1 ? parts[0] : Buffer.concat(parts, length);
  }

  /** Up to `limit` of the next bytes, as they come; undefined at the end of the stream. */
  async some(limit: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      this.#rest = next.value;
    }
    const part = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  /** Passes over the next bytes. @throws invalid-argument where the stream ends before. */
  async skip(length: number): Promise<void> {
    for (let missing = length; missing > 0; ) {
      const part = await this.some(missing);
      if (part === undefined) throw cutShort();
      missing -= part.length;
    }
  }

  /** Passes over what only fills a block up. Where it is the last thing in a stream, docker leaves it out at times. */
  async skipPadding(length: number): Promise<void> {
    for (let missing = length; missing > 0; ) {
      const part = await this.some(missing);
      if (part === undefined) return;
      missing -= part.length;
    }
  }
}

export const cutShort = () => invalidArgument('unexpected EOF');
