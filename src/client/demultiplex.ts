import { systemError } from '../errors/index.ts';

/** Where the parts of a multiplexed stream go. */
export interface StreamSinks {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
}

const HEADER_LENGTH = 8;
const SYSTEM_ERROR_STREAM = 3;

/**
 * Takes apart Docker's multiplexed stream (frames of `[stream, 0, 0, 0, length BE]` and payload, API 1.24). Payload is
 * passed on as it comes, so a frame larger than memory is no trouble. Frames of stream 3 are the daemon's own errors.
 */
export class Demultiplexer {
  readonly #sinks: StreamSinks;
  readonly #header = Buffer.alloc(HEADER_LENGTH);
  #headerFilled = 0;
  #stream = 0;
  #left = 0;
  #failure: Buffer[] = [];

  constructor(sinks: StreamSinks) {
    this.#sinks = sinks;
  }

  /** @throws system where the daemon reports an error in the stream, or the stream is not a multiplexed one. */
  write(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#left > 0) {
        const part = chunk.subarray(offset, offset + this.#left);
        this.#pass(part);
        offset += part.length;
      } else {
        offset += this.#fillHeader(chunk.subarray(offset));
      }
    }
  }

  #fillHeader(chunk: Buffer): number {
    const copied = chunk.copy(this.#header, this.#headerFilled, 0, HEADER_LENGTH - this.#headerFilled);
    this.#headerFilled += copied;
    if (this.#headerFilled === HEADER_LENGTH) {
      this.#headerFilled = 0;
      this.#stream = this.#header.readUInt8(0);
      this.#left = this.#header.readUInt32BE(4);
      if (this.#stream > SYSTEM_ERROR_STREAM) throw systemError(`unrecognized stream: ${this.#stream}`);
    }
    return copied;
  }

  #pass(part: Buffer): void {
    this.#left -= part.length;
    if (this.#stream === SYSTEM_ERROR_STREAM) this.#fail(part);
    else if (this.#stream === 2) this.#sinks.stderr(part);
    else this.#sinks.stdout(part);
  }

  #fail(part: Buffer): void {
    this.#failure.push(Buffer.from(part));
    if (this.#left > 0) return;
    throw systemError(`error from daemon in stream: ${Buffer.concat(this.#failure).toString('utf8')}`);
  }
}
