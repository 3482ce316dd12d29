import type { Writable } from 'node:stream';
import { conflict } from '../errors/index.ts';
import type { Attachment } from '../runtime/index.ts';
import { AttachmentInput } from './attachment-input.ts';
import type { Container } from './container.ts';
import { type Engine, emitContainer } from './engine.ts';
import { readLogs } from './logs.ts';
import { type OutputChunk, OutputQueue } from './output-queue.ts';

/** What a client wants of an attach: which streams, and whether the log so far comes first. */
export interface AttachOptions {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  /** Go on with what comes, after the log. */
  stream: boolean;
  logs: boolean;
}

/** A client's end of a container's or an exec's streams. */
export interface AttachStream {
  tty: boolean;
  /** Ends when the process has ended and all it wrote has been read, or when it was closed. */
  output: AsyncIterable<OutputChunk>;
  /** Ending it is end-of-file for the process. Absent where none was asked for. */
  stdin?: Writable;
  /** The client has gone: the process goes on. */
  close(): void;
  /** The client has typed the detach keys: as {@link close}, and others are told. */
  detach(): void;
}

/** An attach that waits for the container's start, or whose streams are bound already. */
export class PendingAttach {
  readonly queue = new OutputQueue();
  readonly stdin: AttachmentInput | undefined;
  readonly #wanted: AttachOptions;
  readonly #endsInput: boolean;
  #attachment: Attachment | undefined;

  /** @param once the process gets end-of-file when this client ends its input (`StdinOnce`). */
  constructor(wanted: AttachOptions, once: boolean) {
    this.#wanted = wanted;
    this.#endsInput = once;
    this.stdin = wanted.stdin ? new AttachmentInput({ endsProcessInput: once }) : undefined;
  }

  bind(attachment: Attachment): void {
    this.#attachment = attachment;
    this.queue.setSource(attachment);
    attachment.onData((stream, data) => {
      if (stream === 1 ? this.#wanted.stdout : this.#wanted.stderr) this.queue.push({ stream, data });
    });
    this.stdin?.bind(attachment);
    attachment.ended.then(
      () => this.end(),
      () => this.end(),
    );
  }

  end(): void {
    this.queue.end();
    this.stdin?.destroy();
  }

  /** A client that goes takes the end of its input with it, as far as the process minds it (`StdinOnce`). */
  close(): void {
    if (this.stdin !== undefined && this.#endsInput) this.#attachment?.closeStdin();
    this.#attachment?.detach();
    this.end();
  }
}

/**
 * Attaches a client to a container, running or still to be started.
 * @throws conflict where it is paused or restarting.
 */
export async function attachContainer(
  engine: Engine,
  container: Container,
  options: AttachOptions,
): Promise<AttachStream> {
  const { status } = container.state;
  if (status === 'paused') throw conflict(`container ${container.id} is paused, unpause the container before attach`);
  if (status === 'restarting') {
    throw conflict(`container ${container.id} is restarting, wait until the container is running`);
  }
  const { Tty, StdinOnce, OpenStdin } = container.record.config;
  const wanted = { ...options, stdin: options.stdin && OpenStdin };
  const pending = new PendingAttach(wanted, StdinOnce && !Tty);
  if (options.stream) await bindOrWait(engine, container, pending);
  else pending.end();
  emitContainer(engine, container, { action: 'attach' });
  const close = () => {
    container.pendingAttaches.delete(pending);
    pending.close();
  };
  return {
    tty: Tty,
    output: options.logs ? logThen(engine, container, { options, pending }) : pending.queue,
    ...(pending.stdin === undefined ? {} : { stdin: pending.stdin }),
    close,
    detach: () => {
      emitContainer(engine, container, { action: 'detach' });
      close();
    },
  };
}

async function bindOrWait(engine: Engine, container: Container, pending: PendingAttach): Promise<void> {
  if (container.isRunning) pending.bind(await engine.runtime.attach(container.id));
  else container.pendingAttaches.add(pending);
}

async function* logThen(
  engine: Engine,
  container: Container,
  { options, pending }: { options: AttachOptions; pending: PendingAttach },
): AsyncGenerator<OutputChunk> {
  const { stdout, stderr } = options;
  for await (const entry of readLogs(engine, container, { stdout, stderr, follow: false })) {
    yield { stream: entry.stream === 'stdout' ? 1 : 2, data: entry.data };
  }
  yield* pending.queue;
}
