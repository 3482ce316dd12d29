import { conflict, invalidArgument, messageOf, systemError } from '../errors/index.ts';
import type { OciProcess } from '../runtime/index.ts';
import type { ExecCreate, ExecStart } from '../wire/index.ts';
import { type AttachStream, PendingAttach } from './attach.ts';
import type { Container } from './container.ts';
import { type Engine, emitContainer } from './engine.ts';
import { execProcessOf } from './exec-process.ts';
import type { ExecSession, ExecStore } from './exec-store.ts';
import { exitCodeOfFailure } from './exit-code.ts';
import { randomId } from './names.ts';

/** Makes a session; nothing runs yet. @throws invalid-argument without a command; conflict where the container cannot run it. */
export function createExec(
  engine: Engine,
  sessions: ExecStore,
  { container, request }: { container: Container; request: ExecCreate },
): { Id: string } {
  if ((request.Cmd?.length ?? 0) === 0) throw invalidArgument('No exec command specified');
  refuseUnlessRunning(container);
  const session: ExecSession = {
    id: randomId(),
    container,
    request,
    started: false,
    running: false,
    exitCode: null,
    pid: 0,
    process: undefined,
  };
  sessions.add(session);
  emitContainer(engine, container, {
    action: `exec_create: ${commandOf(session)}`,
    attributes: { execID: session.id },
  });
  return { Id: session.id };
}

/** @throws conflict for a container in which nothing can be run now. */
export function refuseUnlessRunning(container: Container): void {
  if (container.state.status === 'paused') {
    throw conflict(`container ${container.id} is paused, unpause the container before exec`);
  }
  if (container.state.status === 'restarting') {
    throw conflict(`container ${container.id} is restarting, wait until the container is running`);
  }
  if (!container.isRunning) throw conflict(`container ${container.id} is not running`);
}

const commandOf = (session: ExecSession): string => (session.request.Cmd ?? []).join(' ');

/**
 * Runs a session's command. Attached unless `Detach`: the streams carry what it writes, or why it could not be run,
 * which Docker tells there and not by a status. Detached: returns once the process runs.
 */
export async function startExec(
  engine: Engine,
  sessions: ExecStore,
  { id, request }: { id: string; request: ExecStart },
): Promise<AttachStream | undefined> {
  const session = sessions.get(id);
  if (session.started) throw conflict(`exec ${session.id} has already run`);
  refuseUnlessRunning(session.container);
  session.started = true;
  session.running = true;
  const { container } = session;
  emitContainer(engine, container, { action: `exec_start: ${commandOf(session)}`, attributes: { execID: session.id } });
  if (request.Detach) {
    await launch(engine, sessions, { session, request });
    return undefined;
  }
  return attached(engine, sessions, { session, request });
}

interface Launch {
  session: ExecSession;
  request: ExecStart;
  pending?: PendingAttach;
}

async function attached(engine: Engine, sessions: ExecStore, start: Launch): Promise<AttachStream> {
  const { AttachStdin, AttachStdout, AttachStderr, Tty } = start.session.request;
  const wanted = { stdin: AttachStdin, stdout: AttachStdout, stderr: AttachStderr || Tty, stream: true, logs: false };
  const pending = new PendingAttach(wanted, !Tty);
  launch(engine, sessions, { ...start, pending }).catch((error: unknown) => {
    pending.queue.push({ stream: 1, data: Buffer.from(`${messageOf(error)}\r\n`) });
    pending.end();
  });
  return {
    tty: Tty,
    output: pending.queue,
    ...(pending.stdin === undefined ? {} : { stdin: pending.stdin }),
    close: () => pending.close(),
    detach: () => {
      const { container, id } = start.session;
      emitContainer(engine, container, { action: 'exec_detach', attributes: { execID: id } });
      pending.close();
    },
  };
}

async function launch(engine: Engine, sessions: ExecStore, { session, request, pending }: Launch): Promise<void> {
  const { container } = session;
  try {
    const running = await container.stillness.starting(() =>
      engine.runtime.exec(container.id, {
        execId: session.id,
        process: processOf(engine, session, request),
        tty: session.request.Tty,
        stdin: session.request.AttachStdin,
        attach: pending === undefined ? undefined : (attachment) => pending.bind(attachment),
      }),
    );
    session.process = running;
    session.pid = running.pid;
    watch(engine, sessions, session);
  } catch (error) {
    settle(engine, sessions, { session, exitCode: exitCodeOfFailure(messageOf(error)) });
    throw systemError(messageOf(error), error);
  }
}

function watch(engine: Engine, sessions: ExecStore, session: ExecSession): void {
  session.process?.exited.then(
    (exitCode) => settle(engine, sessions, { session, exitCode }),
    () => settle(engine, sessions, { session, exitCode: 255 }),
  );
}

function settle(engine: Engine, sessions: ExecStore, end: { session: ExecSession; exitCode: number }): void {
  const { session, exitCode } = end;
  session.running = false;
  session.exitCode = exitCode;
  sessions.settle(session);
  const attributes = { execID: session.id, exitCode: String(exitCode) };
  emitContainer(engine, session.container, { action: 'exec_die', attributes });
}

function processOf(engine: Engine, { container, request }: ExecSession, start: ExecStart): OciProcess {
  return execProcessOf(engine, container, {
    args: request.Cmd ?? [],
    env: request.Env,
    cwd: request.WorkingDir,
    user: request.User,
    tty: request.Tty,
    privileged: request.Privileged,
    consoleSize: start.ConsoleSize ?? request.ConsoleSize ?? undefined,
  });
}

/** @throws conflict where its process does not run. */
export async function resizeExec(session: ExecSession, size: { height: number; width: number }): Promise<void> {
  if (session.process === undefined) throw conflict(`exec ${session.id} is not running`);
  await session.process.resize(size);
}

/** GET /exec/{id}/json. */
export function inspectExec(session: ExecSession): object {
  const { request } = session;
  const [entrypoint = '', ...rest] = request.Cmd ?? [];
  return {
    ID: session.id,
    Running: session.running,
    ExitCode: session.exitCode,
    ProcessConfig: {
      tty: request.Tty,
      entrypoint,
      arguments: rest,
      privileged: request.Privileged,
      ...(request.User === '' ? {} : { user: request.User }),
    },
    OpenStdin: request.AttachStdin,
    OpenStderr: request.AttachStderr,
    OpenStdout: request.AttachStdout,
    CanRemove: session.started && !session.running,
    ContainerID: session.container.id,
    DetachKeys: '',
    Pid: session.pid,
  };
}
