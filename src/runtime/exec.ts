import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, isAlive, type ProcessIdentity, processStartTime, signalProcess } from '../host/index.ts';
import type { Attachment } from './attach/attachment.ts';
import { AttachHub } from './attach/hub.ts';
import { execFailure, failureWords } from './conmon/failure.ts';
import { type Monitor, startMonitor } from './conmon/monitor.ts';
import type { ConmonProgram } from './program/conmon-program.ts';
import { resizeTerminal, type TerminalSize } from './resize.ts';
import { runtimeCommand, type Shared } from './shared.ts';
import { type OciProcess, specJson } from './spec/index.ts';

export interface ExecOptions {
  execId: string;
  /** See `execProcess`. */
  process: OciProcess;
  tty: boolean;
  stdin: boolean;
  /**
   * Gets the session's streams before the command runs, so that nothing of its output is missed. Left out, the output
   * goes nowhere and there is no input.
   */
  attach?: ((attachment: Attachment) => void) | undefined;
}

/** A command that runs in a container. */
export interface ExecSession {
  readonly pid: number;
  /** Its exit code; 128 plus the number of the signal that ended it; 137 where its conmon was killed. */
  readonly exited: Promise<number>;
  resize(size: TerminalSize): Promise<void>;
  /** Nothing happens where it has ended. */
  kill(signal: number | string): void;
}

/** As for containers: a conmon that was killed leaves nothing else to tell. */
const lostExitCode = 137;

/**
 * Runs a command in a running container, with a conmon of its own: a detached one outlives this daemon.
 * @returns when the command runs
 * @throws the runtime's reason in Docker's words: invalid-argument where the command is to blame
 */
export async function execInContainer(shared: Shared, id: string, options: ExecOptions): Promise<ExecSession> {
  const dir = join(shared.places.container(id), 'exec', options.execId);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  try {
    const { conmon } = await shared.programs.find();
    const command = await runtimeCommand(shared);
    const session = await launch({ id, dir, options, command, conmon, socketDir: shared.places.sockets });
    void session.exited.then(() => clear(shared, options.execId, dir));
    return session;
  } catch (error) {
    clear(shared, options.execId, dir);
    throw error;
  }
}

function clear(shared: Shared, execId: string, dir: string): void {
  rmSync(dir, { recursive: true, force: true });
  rmSync(join(shared.places.sockets, execId), { force: true });
}

interface Launch {
  id: string;
  dir: string;
  options: ExecOptions;
  command: string[];
  conmon: ConmonProgram;
  socketDir: string;
}

async function launch(start: Launch): Promise<ExecSession> {
  const { dir, options } = start;
  const monitor = monitorOf(start);
  let init: ProcessIdentity | undefined;
  let settle: (until: unknown) => void = () => {};
  const until = new Promise<unknown>((resolve) => {
    settle = resolve;
  });
  if (options.attach !== undefined) {
    await attach(monitor, { ...start, until, isRunning: () => init === undefined || isAlive(init) });
  }
  const first = await monitor.sync.next();
  if (first === undefined || first.data <= 0) {
    monitor.sync.close();
    await monitor.child.closed;
    // The streams end after this call has failed, so that its reason can still be written to who is attached.
    setImmediate(settle);
    throw execFailure(
      failureWords({
        message: first?.message ?? '',
        logFile: join(dir, 'runtime.log'),
        monitor: monitor.sync.words,
      }),
    );
  }
  init = { pid: first.data, startTime: processStartTime(first.data) ?? 0 };
  const process = init;
  const exited = exitOf(monitor);
  settle(exited);
  return {
    pid: process.pid,
    exited,
    resize: (size) => resizeTerminal(dir, size),
    kill: (signal) => void signalProcess(process, signal),
  };
}

function monitorOf({ id, dir, options, command, conmon, socketDir }: Launch): Monitor {
  const [path = '', ...args] = command;
  const processFile = join(dir, 'process.json');
  writeFileSync(processFile, specJson(options.process), { mode: 0o600 });
  return startMonitor({
    id,
    sessionId: options.execId,
    program: conmon,
    socketDir,
    bundle: dir,
    pidFile: join(dir, 'pid'),
    // Its file is named by the container, so each session needs a folder of its own; the pipe tells the code sooner.
    exitDir: dir,
    log: 'none',
    tty: options.tty,
    stdin: options.stdin && options.attach !== undefined,
    runtime: { path, args: [...args, '--log', join(dir, 'runtime.log'), '--log-format', 'json'] },
    exec: { processFile, attach: options.attach !== undefined },
  });
}

async function attach(
  monitor: Monitor,
  session: Launch & { until: Promise<unknown>; isRunning: () => boolean },
): Promise<void> {
  await monitor.attachable;
  const { dir, options, until, isRunning } = session;
  try {
    const hub = new AttachHub({
      socket: join(dir, 'attach'),
      stdin: options.stdin,
      stdinOnce: true,
      // Its only client's leaving ends the command's input, and nothing else, as in Docker.
      staysOpen: false,
      isRunning,
      until,
      onClose: () => {},
    });
    options.attach?.(hub.attach());
  } catch (error) {
    // conmon has given up; why is on its pipe.
    if (!['ENOENT', 'ECONNREFUSED'].includes(codeOf(error) ?? '')) throw error;
  }
  monitor.begin();
}

async function exitOf(monitor: Monitor): Promise<number> {
  const last = await monitor.sync.next();
  monitor.sync.close();
  return last?.data ?? lostExitCode;
}
