import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { processCgroups, processStartTime, run } from '../host/index.ts';
import { createFailure, failureWords } from './conmon/failure.ts';
import { type Monitor, startMonitor } from './conmon/monitor.ts';
import { watchedBy } from './delete.ts';
import { type LogLimits, makeRoom } from './logs/rotated-files.ts';
import type { ConmonProgram } from './program/conmon-program.ts';
import type { RunRecord } from './record.ts';
import { runtimeCommand, type Shared, watchLog } from './shared.ts';

/** A container to be created from a bundle; see `writeBundle`. */
export interface CreateOptions {
  id: string;
  bundle: string;
  /** Where output is kept, in conmon's k8s-file format; undefined for nowhere. */
  logPath?: string | undefined;
  tty: boolean;
  stdin: boolean;
  stdinOnce?: boolean | undefined;
  /** How much is kept of the log; all where it is left out. */
  logLimits?: LogLimits | undefined;
}

/** A created process; `startTime` as in `processStartTime`, 0 where it has ended already. */
export interface CreatedProcess {
  pid: number;
  startTime: number;
}

/**
 * Creates a container: its process is there and waits to be let go. What an earlier run of the same id left is cleared.
 * @throws the runtime's reason in Docker's words: invalid-argument where the command or a mount is to blame
 */
export async function createContainer(shared: Shared, options: CreateOptions): Promise<CreatedProcess> {
  const { places, exits } = shared;
  const command = await runtimeCommand(shared);
  const { conmon } = await shared.programs.find();
  if (existsSync(join(places.state, options.id))) await run([...command, 'delete', '--force', options.id]);
  exits.forget(options.id);
  // Who is still behind with the output of the last run keeps that connection; this run has one of its own.
  shared.hubs.delete(options.id);
  const dir = places.container(options.id);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (options.logPath !== undefined && options.logLimits !== undefined) makeRoom(options.logPath, options.logLimits);
  const monitor = monitorOf(shared, options, { command, conmon });
  const first = await monitor.sync.next();
  monitor.sync.close();
  if (first === undefined || first.data <= 0) {
    throw await failed(shared, options.id, { message: first?.message ?? '', monitor });
  }
  const record = recordOf(options, first.data, monitor.child.pid);
  shared.records.write(options.id, record);
  const watched = watchedBy(shared, options.id, record);
  exits.expect(options.id, watched);
  watchLog(shared, options.id, record);
  void monitor.child.exited.then(() => exits.monitorEnded(options.id, watched));
  return { ...record.init };
}

interface Programs {
  command: string[];
  conmon: ConmonProgram;
}

function monitorOf(shared: Shared, options: CreateOptions, { command, conmon }: Programs): Monitor {
  const { id, bundle, tty, stdin } = options;
  const [path = '', ...args] = command;
  const { places } = shared;
  const dir = places.container(id);
  return startMonitor({
    id,
    sessionId: id,
    program: conmon,
    socketDir: places.sockets,
    bundle,
    pidFile: join(dir, 'pid'),
    exitDir: places.exits,
    log: options.logPath === undefined ? 'none' : `k8s-file:${options.logPath}`,
    tty,
    stdin,
    leaveStdinOpen: stdin && options.stdinOnce !== true,
    runtime: { path, args: [...args, '--log', join(dir, 'runtime.log'), '--log-format', 'json'] },
  });
}

function recordOf(options: CreateOptions, pid: number, monitorPid: number): RunRecord {
  return {
    bundle: options.bundle,
    init: { pid, startTime: processStartTime(pid) ?? 0 },
    monitor: { pid: monitorPid, startTime: processStartTime(monitorPid) ?? 0 },
    tty: options.tty,
    stdin: options.stdin,
    stdinOnce: options.stdinOnce === true,
    cgroups: processCgroups(pid) ?? {},
    ...(options.logPath === undefined || options.logLimits === undefined
      ? {}
      : { log: { path: options.logPath, limits: options.logLimits } }),
  };
}

async function failed(shared: Shared, id: string, found: { message: string; monitor: Monitor }): Promise<Error> {
  await found.monitor.child.closed;
  const dir = shared.places.container(id);
  const words = failureWords({
    message: found.message,
    logFile: join(dir, 'runtime.log'),
    monitor: found.monitor.sync.words,
  });
  rmSync(dir, { recursive: true, force: true });
  return createFailure(words);
}
