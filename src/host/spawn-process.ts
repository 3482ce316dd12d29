import { type ChildProcess, type SpawnOptions as NodeSpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Duplex, Readable, Writable } from 'node:stream';
import { notFound, systemError } from '../errors/index.ts';
import { fromNode } from './host-error.ts';
import { findProgram } from './programs.ts';

/** A stream of ours, nothing (/dev/null), ours passed on, an open file descriptor, or a stream of another child's. */
export type ChildStream = 'pipe' | 'ignore' | 'inherit' | number | Writable;

export interface SpawnOptions {
  /** Added to this process' environment; undefined takes a variable away. LC_ALL is C unless set here. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Each `pipe` where not given. */
  stdin?: ChildStream;
  stdout?: ChildStream;
  stderr?: ChildStream;
  /** What the child gets as file descriptors 3, 4, …; each `pipe` is a stream in `Spawned.pipes`, in order. */
  extraFds?: readonly ChildStream[];
  /** Its own session: it gets no signals of our terminal and may outlive us. */
  detached?: boolean;
  uid?: number;
  gid?: number;
}

export interface Exit {
  /** null where a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A child process. A stream that is not a `pipe` is an ended one, never null. */
export interface Spawned {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The `pipe`s of `extraFds`, in order. */
  readonly pipes: readonly Duplex[];
  /** When the process has ended; its streams may still hold output. */
  readonly exited: Promise<Exit>;
  /** When it has ended and all of its `pipe` streams are closed. */
  readonly closed: Promise<Exit>;
  /** SIGTERM where not given; nothing happens after the end. */
  kill(signal?: NodeJS.Signals): void;
  /** Lets this process end while the child runs. */
  unref(): void;
}

/**
 * Starts a program, never through a shell.
 * @param argv the program's name (see `findProgram`) or path, and its arguments
 * @throws not-found where the program is not installed; `system` where it cannot be started
 */
export function spawnProcess(argv: readonly string[], options: SpawnOptions = {}): Spawned {
  const [name = '', ...args] = argv;
  const program = findProgram(name);
  if (program === undefined) throw notFound(`the program ${name} is not installed on this host`);
  const { stdin = 'pipe', stdout = 'pipe', stderr = 'pipe', extraFds = [] } = options;
  const child = start(program, args, {
    // The name alone, as a shell gives it: programs put it before what they complain about.
    argv0: name,
    stdio: [stdin, stdout, stderr, ...extraFds],
    env: environment(options.env),
    detached: options.detached ?? false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  const { pid } = child;
  // The reason comes as an event, after this call; what can be known at once is that there is no process.
  if (pid === undefined) {
    child.on('error', () => {});
    throw systemError(`the program ${name} could not be started${missingFolder(options.cwd)}`);
  }
  const pipes = child.stdio.slice(3).filter((stream) => stream !== null && stream !== undefined);
  for (const stream of [child.stdin, ...pipes]) {
    // Writing to a program that has ended is no reason to end us: its exit tells what happened.
    stream?.on('error', () => {});
  }
  return {
    pid,
    stdin: child.stdin ?? endedWritable(),
    stdout: child.stdout ?? endedReadable(),
    stderr: child.stderr ?? endedReadable(),
    pipes: pipes as Duplex[],
    exited: ended(child, 'exit'),
    closed: ended(child, 'close'),
    kill: (signal) => void child.kill(signal),
    unref: () => child.unref(),
  };
}

function start(program: string, args: readonly string[], options: NodeSpawnOptions): ChildProcess {
  try {
    return spawn(program, args, options);
  } catch (error) {
    throw fromNode(error, `run ${program}`);
  }
}

function missingFolder(cwd: string | undefined): string {
  return cwd === undefined || existsSync(cwd) ? '' : `: the folder ${cwd} does not exist`;
}

function ended(child: ChildProcess, event: 'exit' | 'close'): Promise<Exit> {
  return new Promise((resolve) => {
    child.once(event, (code: number | null, signal: NodeJS.Signals | null) => resolve({ code, signal }));
  });
}

function environment(changes: SpawnOptions['env']): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C', ...changes };
  for (const [name, value] of Object.entries(env)) if (value === undefined) delete env[name];
  return env;
}

function endedReadable(): Readable {
  return Readable.from([]);
}

function endedWritable(): Writable {
  const stream = new Writable();
  stream.end();
  return stream;
}
