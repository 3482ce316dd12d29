import { systemError } from '../../errors/index.ts';
import { type Spawned, spawnProcess } from '../../host/index.ts';
import { SyncPipe } from './sync-pipe.ts';

/** One call of conmon: it runs the OCI runtime, and then holds the streams of what that started. */
export interface MonitorCall {
  /** The container. */
  id: string;
  /** The container again, or the exec session. */
  sessionId: string;
  /** Where conmon makes its `attach` socket and `ctl` pipe. */
  bundle: string;
  pidFile: string;
  exitDir: string;
  /** `k8s-file:PATH`, or `none`. */
  log: string;
  tty: boolean;
  stdin: boolean;
  /** The process keeps its input open when a client ends it. */
  leaveStdinOpen?: boolean;
  program: { path: string; options: string[] };
  /** Where a conmon without `--full-attach` puts a link to the bundle, named by the session. */
  socketDir: string;
  runtime: { path: string; args: string[] };
  /** For an exec: the file of its process specification. `attach` holds the command back until {@link Monitor.begin}. */
  exec?: { processFile: string; attach: boolean };
}

/** A conmon that was started. */
export interface Monitor {
  readonly child: Spawned;
  readonly sync: SyncPipe;
  /** Resolves when its `attach` socket can be connected to; only for an exec that attaches. */
  readonly attachable: Promise<unknown>;
  /** Lets an exec that attaches run its command. */
  begin(): void;
}

/**
 * Starts conmon in a session of its own, so that neither our end nor a signal from our terminal is its end. It stays our
 * child all the same (`--sync`), which tells at once when it dies and leaves nothing for pid 1 to reap.
 */
export function startMonitor(call: MonitorCall): Monitor {
  const attaches = call.exec?.attach === true;
  const child = spawnProcess([call.program.path, ...argumentsOf(call)], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    extraFds: attaches ? ['pipe', 'pipe', 'pipe'] : ['pipe'],
    detached: true,
    // Where it leaves a file to tell that memory ran out.
    cwd: call.bundle,
    env: {
      // Paths are bytes; in the C locale conmon refuses those that are not ASCII.
      LC_ALL: 'C.UTF-8',
      // The runtime is done in a moment: Go's collector and its threads would cost a sixth of its time.
      GOGC: 'off',
      GOMAXPROCS: '1',
      _OCI_SYNCPIPE: '3',
      _OCI_STARTPIPE: attaches ? '4' : undefined,
      _OCI_ATTACHPIPE: attaches ? '5' : undefined,
      // Ours, not the container's.
      NOTIFY_SOCKET: undefined,
      LISTEN_FDS: undefined,
      LISTEN_PID: undefined,
      LISTEN_FDNAMES: undefined,
    },
  });
  child.unref();
  const [sync, start, attach] = child.pipes;
  if (sync === undefined) throw systemError('conmon was started without its pipe');
  for (const pipe of child.pipes) pipe.on('error', ignore);
  // The first word lets conmon go on, the second its exec.
  start?.write('0');
  return {
    child,
    sync: new SyncPipe(sync, child.stderr),
    attachable: new Promise((resolve) => {
      attach?.once('data', resolve);
      attach?.once('close', resolve);
    }),
    begin: () => void start?.end('0'),
  };
}

/** A pipe to a conmon that has ended is reset; that it has is told by the sync pipe's end. */
const ignore = (): void => {};

function argumentsOf(call: MonitorCall): string[] {
  const { exec, runtime, program } = call;
  return [
    ...['--api-version', '1', '--sync', '--log-level', 'error', '--socket-dir-path', call.socketDir],
    ...program.options,
    ...['-c', call.id, '-u', call.sessionId, '-b', call.bundle, '-p', call.pidFile],
    ...['-l', call.log, '--exit-dir', call.exitDir, '-r', runtime.path],
    ...runtime.args.flatMap((argument) => ['--runtime-arg', argument]),
    ...(call.tty ? ['-t'] : []),
    ...(call.stdin ? ['-i'] : []),
    ...(call.leaveStdinOpen === true ? ['--leave-stdin-open'] : []),
    ...(exec === undefined ? [] : ['-e', '--exec-process-spec', exec.processFile]),
    ...(exec?.attach === true ? ['--exec-attach'] : []),
  ];
}
