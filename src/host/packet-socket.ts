import { closeSync, constants, openSync, readSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { basename, dirname } from 'node:path';
import { codeOf, fromNode, hostError } from './host-error.ts';
import { O_PATH } from './in-root.ts';
import { libc } from './libc.ts';

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_SEQPACKET = 5;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const O_CLOEXEC = SOCK_CLOEXEC;

/** No packet read is longer; a longer one would be cut. */
const maxPacketBytes = 64 * 1024;

/** What happens on a {@link PacketSocket}. Neither is called while it is being connected. */
export interface PacketHandlers {
  onPacket(packet: Buffer): void;
  /** Every packet the other side sent has been handed over; called once. */
  onEnd(): void;
}

/**
 * A client's end of a SOCK_SEQPACKET Unix socket, which `node:net` refuses: each packet comes whole, reading can be
 * paused so that a sender that waits is held back, and nothing is lost when the other side closes.
 */
export class PacketSocket {
  readonly #socket: Socket;
  readonly #handlers: PacketHandlers;
  /** A second descriptor of the same socket, to read what libuv leaves behind at the end. */
  readonly #fd: number;
  #ended = false;
  #writes: Promise<void> = Promise.resolve();

  private constructor(fd: number, handlers: PacketHandlers) {
    this.#fd = fd;
    this.#handlers = handlers;
    this.#socket = adopt(fd, (packet) => handlers.onPacket(packet));
    // libuv takes a hang-up after a short read for the end, which is right for streams; packets are always short reads.
    this.#socket.on('end', () => this.#finish());
    // A reset means that we wrote what was never read; what was sent to us before is still there.
    this.#socket.on('error', () => this.#finish());
    this.#socket.on('close', () => this.#finish());
  }

  /**
   * Connects to the listener at `path`, of any length.
   * @throws `system` with the errno as its code: ENOENT, ECONNREFUSED where nobody listens (any more)
   */
  static connect(path: string, handlers: PacketHandlers): PacketSocket {
    const fd = libc().socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) throw hostError('create a socket', libc().errno());
    try {
      connectTo(fd, path);
      return new PacketSocket(fd, handlers);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** Packets wait in the kernel, and in the end so does who sends them. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Sends one packet after those before it. Resolves when the kernel has it, or when the socket has ended. */
  write(packet: Uint8Array): Promise<void> {
    // One at a time: Node would join those that wait into one packet.
    this.#writes = this.#writes.then(() => this.#send(packet));
    return this.#writes;
  }

  #send(packet: Uint8Array): Promise<void> {
    if (this.#ended || !this.#socket.writable) return Promise.resolve();
    // A failure ends the socket, which is told by onEnd.
    return new Promise((resolve) => this.#socket.write(packet, () => resolve()));
  }

  /** Tells the other side, after what was written, that nothing more comes; it may go on sending. */
  end(): void {
    this.#writes = this.#writes.then(() => void this.#socket.end());
  }

  /** Leaves at once; onEnd is not called any more. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#release();
  }

  unref(): void {
    this.#socket.unref();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const packet of remaining(this.#fd)) this.#handlers.onPacket(packet);
    this.#release();
    this.#handlers.onEnd();
  }

  #release(): void {
    this.#socket.destroy();
    closeSync(this.#fd);
  }
}

/** By way of its folder's descriptor, because a socket's address holds no more than 107 bytes. */
function connectTo(fd: number, path: string): void {
  let folder: number;
  try {
    folder = openSync(dirname(path), O_PATH | constants.O_DIRECTORY);
  } catch (error) {
    throw fromNode(error, `connect ${path}`);
  }
  try {
    const name = Buffer.from(`/proc/self/fd/${folder}/${basename(path)}\0`);
    const address = Buffer.alloc(2 + name.length);
    address.writeUInt16LE(AF_UNIX);
    name.copy(address, 2);
    if (libc().connect(fd, address, address.length) !== 0) throw hostError(`connect ${path}`, libc().errno());
  } finally {
    closeSync(folder);
  }
}

/**
 * A Node socket over a descriptor whose kind Node does not take: it is made over one of a stream pair, and before the
 * event loop looks at it the descriptor is made to mean the other. libuv then reads it with plain read(2) calls, and
 * each gives one packet.
 */
function adopt(fd: number, onPacket: (packet: Buffer) => void): Socket {
  const pair = Buffer.alloc(8);
  if (libc().socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) !== 0) {
    throw hostError('create a socket pair', libc().errno());
  }
  const [ours, other] = [pair.readInt32LE(0), pair.readInt32LE(4)];
  // Read as a Node socket's option since 12.10; its types have it only where one connects.
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    fd: ours,
    allowHalfOpen: true,
    readable: true,
    writable: true,
    onread: {
      buffer: Buffer.alloc(maxPacketBytes),
      callback: (length, buffer) => {
        onPacket(Buffer.from(buffer.subarray(0, length)));
        return true;
      },
    },
  };
  const socket = new Socket(options);
  if (libc().dup3(fd, ours, O_CLOEXEC) < 0) throw hostError('duplicate a socket', libc().errno());
  closeSync(other);
  return socket;
}

function* remaining(fd: number): Generator<Buffer> {
  const buffer = Buffer.alloc(maxPacketBytes);
  for (let resets = 0; ; ) {
    let length: number;
    try {
      length = readSync(fd, buffer);
    } catch (error) {
      // A reset is told once, before what is still to be read; anything else means that there is nothing.
      if (codeOf(error) !== 'ECONNRESET' || resets > 0) return;
      resets += 1;
      continue;
    }
    if (length === 0) return;
    yield Buffer.from(buffer.subarray(0, length));
  }
}
