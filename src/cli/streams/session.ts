import type { Socket } from 'node:net';
import { Demultiplexer, type Hijacked } from '../../client/index.ts';
import { systemError } from '../../errors/index.ts';
import type { App, Output } from '../app.ts';
import { DEFAULT_DETACH_KEYS, DetachWatcher, parseDetachKeys } from './detach-keys.ts';
import { LineEnds } from './line-ends.ts';
import { makeRaw } from './raw-terminal.ts';

/** What goes over an attached connection. */
export interface SessionOptions {
  tty: boolean;
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  /** '' for the default keys. */
  detachKeys: string;
}

/** How a session ended: the engine closed it, or the user typed the detach keys. */
export type SessionEnd = 'ended' | 'detached';

/**
 * Joins the user's streams with an attached connection until its output ends. End of input is passed on as a half-close.
 * The terminal is raw meanwhile where there is one and the container has its own.
 */
export async function runSession(app: App, { socket }: Hijacked, options: SessionOptions): Promise<SessionEnd> {
  const restore = options.tty && options.stdin ? makeRaw(app.stdin) : () => undefined;
  const stopInput = new AbortController();
  try {
    const detached = options.stdin ? passInput(app, socket, { options, signal: stopInput.signal }) : endInput(socket);
    return await Promise.race([passOutput(app, socket, options), detached]);
  } finally {
    stopInput.abort();
    restore();
    socket.destroy();
  }
}

/** Without input the container sees its end at once; the session then only ends with the output. */
function endInput(socket: Socket): Promise<never> {
  socket.end();
  return new Promise(() => undefined);
}

/** Passes input on; resolves only when the detach keys were typed. */
function passInput(
  app: App,
  socket: Socket,
  { options, signal }: { options: SessionOptions; signal: AbortSignal },
): Promise<'detached'> {
  const { stdin } = app;
  const keys = options.detachKeys || app.config().detachKeys || DEFAULT_DETACH_KEYS;
  // Keys are watched for where a person types them; piped input may hold any bytes.
  const watcher = options.tty ? new DetachWatcher(parseDetachKeys(keys)) : undefined;
  return new Promise((resolve) => {
    const onData = (chunk: Buffer) => {
      const { data, detached } = watcher?.read(chunk) ?? { data: chunk, detached: false };
      if (data.length > 0 && !socket.write(data)) {
        stdin.pause();
        socket.once('drain', () => stdin.resume());
      }
      if (detached) resolve('detached');
    };
    const onEnd = () => socket.end();
    stdin.on('data', onData);
    stdin.on('end', onEnd);
    stdin.on('error', onEnd);
    signal.addEventListener('abort', () => {
      stdin.off('data', onData).off('end', onEnd).off('error', onEnd);
      stdin.pause();
    });
  });
}

/** Passes output on until the engine closes its end. */
function passOutput(app: App, socket: Socket, options: SessionOptions): Promise<'ended'> {
  const write = (output: Output, wanted: boolean) => (chunk: Buffer) => {
    if (!wanted || output.write(chunk) || socket.isPaused()) return;
    socket.pause();
    output.once('drain', () => socket.resume());
  };
  const stdout = write(app.stdout, options.stdout);
  const demultiplexer = new Demultiplexer({ stdout, stderr: write(app.stderr, options.stderr) });
  const lineEnds = options.tty && options.stdin && app.stdout.isTTY === true ? new LineEnds() : undefined;
  const raw = (chunk: Buffer) => stdout(lineEnds?.read(chunk) ?? chunk);
  const take = options.tty ? raw : (chunk: Buffer) => demultiplexer.write(chunk);
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        reject(error);
      }
    });
    socket.on('end', () => {
      stdout(lineEnds?.flush() ?? Buffer.alloc(0));
      resolve('ended');
    });
    socket.on('close', () => resolve('ended'));
    // Writing input to a container that is gone fails; what it said before is still to be read.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') socket.resume();
      else reject(systemError(`the connection to the daemon broke: ${error.message}`, error));
    });
  });
}
