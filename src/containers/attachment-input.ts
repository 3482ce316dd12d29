import { Writable } from 'node:stream';
import type { Attachment } from '../runtime/index.ts';

type Done = (error?: Error | null) => void;

/**
 * What a client types, on its way to the process. Written before the process is there, it waits; a process that reads
 * slowly holds the client back.
 */
export class AttachmentInput extends Writable {
  readonly #endsProcessInput: boolean;
  #attachment: Attachment | undefined;
  #waiting: (() => void) | undefined;

  constructor(options: { endsProcessInput: boolean }) {
    super();
    this.#endsProcessInput = options.endsProcessInput;
  }

  bind(attachment: Attachment): void {
    this.#attachment = attachment;
    this.#waiting?.();
    this.#waiting = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#onceBound((attachment) => attachment.write(chunk).then(() => done(), done));
  }

  override _final(done: Done): void {
    this.#onceBound((attachment) => {
      if (this.#endsProcessInput) attachment.closeStdin();
      done();
    });
  }

  #onceBound(use: (attachment: Attachment) => void): void {
    if (this.#attachment !== undefined) use(this.#attachment);
    else this.#waiting = () => this.#attachment !== undefined && use(this.#attachment);
  }
}
