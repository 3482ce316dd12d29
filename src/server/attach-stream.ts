import type { Writable } from 'node:stream';

/** A client's end of the streams of a container or an exec, as the backends give it. */
export interface AttachStream {
  tty: boolean;
  /** Ends when the process has ended and all its output was read, or when it was closed. */
  output: AsyncIterable<{ stream: 1 | 2; data: Buffer }>;
  /** Ending it is end-of-file for the process. Absent where no input was asked for, or none is taken. */
  stdin?: Writable;
  /** The client has gone: the process goes on. */
  close(): void;
  /** The client has typed the detach keys: raises the event and ends the output; the process goes on. */
  detach(): void;
}
