/** 1 for standard output, 2 for standard error; a terminal has only the first. */
export type OutputStream = 1 | 2;

/**
 * One user of a container's streams, of maybe several. Output is given in order and whole; who is slow is not given
 * less, but holds the container back, as with Docker.
 */
export interface Attachment {
  /** Where output goes from now on; what came before waits for it. */
  onData(callback: (stream: OutputStream, chunk: Buffer) => void): void;
  /** Input for the process. Resolves when there is room for more; input for a process that takes none is dropped. */
  write(chunk: Uint8Array): Promise<void>;
  /** End-of-file for the process, where it is one that gets it (`StdinOnce`); else nothing. */
  closeStdin(): void;
  /** Leaves: the process goes on, and the others stay. */
  detach(): void;
  pause(): void;
  resume(): void;
  /** When the process has ended and all of its output has been given, or after detach. */
  readonly ended: Promise<void>;
}

/** What an attachment needs of the hub it belongs to. */
export interface AttachmentHost {
  write(chunk: Uint8Array): Promise<void>;
  closeStdin(): void;
  leave(attachment: QueuedAttachment): void;
  /** How much waits here has changed. */
  balance(): void;
}

/** An attachment with the output it has not taken yet. */
export class QueuedAttachment implements Attachment {
  readonly ended: Promise<void>;
  readonly #host: AttachmentHost;
  #resolveEnded: () => void = () => {};
  #callback: ((stream: OutputStream, chunk: Buffer) => void) | undefined;
  #queue: Array<[OutputStream, Buffer]> = [];
  #waitingBytes = 0;
  #paused = false;
  #over = false;

  constructor(host: AttachmentHost) {
    this.#host = host;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Called by the hub. */
  push(stream: OutputStream, chunk: Buffer): void {
    if (this.#callback !== undefined && !this.#paused && this.#queue.length === 0) {
      this.#callback(stream, chunk);
      return;
    }
    this.#queue.push([stream, chunk]);
    this.#waitingBytes += chunk.length;
  }

  /** Called by the hub: nothing more will be pushed. */
  finish(): void {
    this.#over = true;
    this.#flush();
  }

  onData(callback: (stream: OutputStream, chunk: Buffer) => void): void {
    this.#callback = callback;
    this.#flush();
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#host.write(chunk);
  }

  closeStdin(): void {
    this.#host.closeStdin();
  }

  detach(): void {
    this.#callback = undefined;
    this.#queue = [];
    this.#waitingBytes = 0;
    this.#host.leave(this);
    this.#resolveEnded();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#flush();
  }

  #flush(): void {
    // One at a time, because a callback may pause or detach.
    while (this.#callback !== undefined && !this.#paused) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      this.#waitingBytes -= next[1].length;
      this.#callback(...next);
    }
    this.#host.balance();
    if (this.#over && this.#queue.length === 0) this.#resolveEnded();
  }
}
