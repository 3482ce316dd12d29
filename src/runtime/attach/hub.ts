import { setImmediate as nextTurn } from 'node:timers/promises';
import { PacketSocket } from '../../host/index.ts';
import { type Attachment, type AttachmentHost, type OutputStream, QueuedAttachment } from './attachment.ts';

export interface HubOptions {
  /** conmon's `attach` socket. */
  socket: string;
  /** Whether the process takes input at all. */
  stdin: boolean;
  /** Whether the end of a client's input is the end of the process'. */
  stdinOnce: boolean;
  /** The connection stays while nobody is attached, because its end is the end of the process' input too. */
  staysOpen: boolean;
  /** Tells whether the process still runs; asked only while somebody is too slow. */
  isRunning(): boolean;
  /** Its attachments end no sooner than this settles. */
  until?: Promise<unknown>;
  /** The connection is over. */
  onClose(): void;
}

/** An attachment may be this far behind before the container is held back. */
const highWaterBytes = 256 * 1024;
/** What is left to read once the process has ended is no more than the pipes and the socket hold; this is beyond both. */
const remainderBytes = 64 * 1024 * 1024;
/** Any conmon takes packets of this size whole (2.1.6 takes 32 KiB and cuts the rest off). */
const inputPacketBytes = 8192;
/** How often it is asked whether the process that is being held back still runs. */
const askMs = 200;

/**
 * The one connection to a container's conmon, shared by all who are attached. conmon writes to it with blocking calls,
 * so not reading holds the container back and loses nothing. It also keeps conmon from noticing that the process has
 * ended; therefore that is watched here meanwhile, and the remainder then read whoever is slow.
 */
export class AttachHub implements AttachmentHost {
  readonly #options: HubOptions;
  readonly #socket: PacketSocket;
  readonly #attachments = new Set<QueuedAttachment>();
  #over = false;
  #inputClosed = false;
  #held: NodeJS.Timeout | undefined;
  #processEnded = false;

  /** @throws system where conmon does not listen: ENOENT, ECONNREFUSED */
  constructor(options: HubOptions) {
    this.#options = options;
    this.#socket = PacketSocket.connect(options.socket, {
      onPacket: (packet) => this.#take(packet),
      onEnd: () => void this.#end(),
    });
  }

  attach(): Attachment {
    const attachment = new QueuedAttachment(this);
    if (this.#over) attachment.finish();
    else this.#attachments.add(attachment);
    return attachment;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (!this.#options.stdin || this.#inputClosed) return;
    for (let at = 0; at < chunk.length; at += inputPacketBytes) {
      await this.#socket.write(chunk.subarray(at, at + inputPacketBytes));
    }
  }

  closeStdin(): void {
    if (!this.#options.stdin || !this.#options.stdinOnce || this.#inputClosed) return;
    this.#inputClosed = true;
    this.#socket.end();
  }

  leave(attachment: QueuedAttachment): void {
    this.#attachments.delete(attachment);
    this.balance();
    const mustStay = this.#options.staysOpen && !this.#inputClosed;
    if (this.#attachments.size > 0 || mustStay || this.#over) return;
    this.#over = true;
    this.#release();
    this.#socket.close();
    this.#options.onClose();
  }

  balance(): void {
    const most = Math.max(0, ...Array.from(this.#attachments, ({ waitingBytes }) => waitingBytes));
    const limit = this.#processEnded ? remainderBytes : highWaterBytes;
    if (most > limit) this.#hold();
    else if (most <= limit / 2) this.#release();
  }

  #take(packet: Buffer): void {
    const stream: OutputStream = packet[0] === 3 ? 2 : 1;
    const chunk = packet.subarray(1);
    for (const attachment of this.#attachments) attachment.push(stream, chunk);
    this.balance();
  }

  #hold(): void {
    if (this.#over || this.#held !== undefined) return;
    this.#socket.pause();
    this.#held = setInterval(() => this.#lookAfterProcess(), askMs).unref();
  }

  #lookAfterProcess(): void {
    if (this.#processEnded || this.#options.isRunning()) return;
    this.#processEnded = true;
    this.balance();
  }

  #release(): void {
    if (this.#held === undefined) return;
    clearInterval(this.#held);
    this.#held = undefined;
    if (!this.#over) this.#socket.resume();
  }

  async #end(): Promise<void> {
    this.#over = true;
    this.#release();
    this.#options.onClose();
    // Who waits for the exit code must have it before the end of the output is seen.
    await this.#options.until?.then(nextTurn, nextTurn);
    for (const attachment of this.#attachments) attachment.finish();
    this.#attachments.clear();
  }
}

/** An attachment to a process that has ended before: there is nothing to come. */
export function endedAttachment(): Attachment {
  return {
    onData: () => {},
    write: () => Promise.resolve(),
    closeStdin: () => {},
    detach: () => {},
    pause: () => {},
    resume: () => {},
    ended: Promise.resolve(),
  };
}
