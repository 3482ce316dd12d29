import { setTimeout as delay } from 'node:timers/promises';
import { conflict, invalidArgument, notModified } from '../errors/index.ts';
import type { Container } from './container.ts';
import { type Engine, emitContainer } from './engine.ts';
import { callOffRestart } from './restart/pending.ts';
import { signalNumber } from './signals.ts';

/** `signal` "" means the container's own; `timeoutSeconds` undefined means the container's own, or 10; -1 waits for ever. */
export interface StopOptions {
  signal: string;
  timeoutSeconds?: number | undefined;
}

const defaultTimeoutSeconds = 10;
/** How long a SIGKILL may take before a stop gives up on a process that the kernel cannot end. */
const killGraceMs = 10_000;

/** Stops by a user's wish. @throws not-modified where it is not running. */
export async function stopContainer(engine: Engine, container: Container, options: StopOptions): Promise<void> {
  await untilStarted(engine, container);
  if (callOffRestart(container)) container.update({ stoppedByUser: true });
  else if (!container.isRunning) throw notModified(`container ${container.id} is already stopped`);
  else await stopProcess(engine, container, options);
  emitContainer(engine, container, { action: 'stop' });
}

/** As {@link stopContainer}, for a container that is started again at once: a `--rm` container stays for that, as with Docker. */
export async function stopToRestart(engine: Engine, container: Container, options: StopOptions): Promise<void> {
  container.isBeingRestarted = true;
  try {
    await stopProcess(engine, container, options);
  } finally {
    container.isBeingRestarted = false;
  }
  emitContainer(engine, container, { action: 'stop' });
}

/** A container that is just being started again by its restart policy can be stopped when it has been. */
export async function untilStarted(engine: Engine, container: Container): Promise<void> {
  const isStarting = () => container.state.status === 'restarting' && container.pendingRestart === undefined;
  while (isStarting()) await engine.locks.hold(container.id, () => undefined);
}

/** Asks the process to end, and ends it where it does not in time. Returns when its end has been dealt with. */
export async function stopProcess(engine: Engine, container: Container, options: StopOptions): Promise<void> {
  container.state.stoppedByUser = true;
  const ended = container.nextExit.promise;
  const signal = options.signal || container.record.config.StopSignal || 'SIGTERM';
  const seconds = options.timeoutSeconds ?? container.record.config.StopTimeout ?? defaultTimeoutSeconds;
  await send(engine, container, signalNumber(signal));
  if (seconds < 0) await ended;
  else if (!(await within(ended, seconds * 1000))) {
    if (signalNumber(signal) !== 9) await send(engine, container, 9);
    if (!(await within(ended, killGraceMs))) {
      throw conflict(`container ${container.name} did not end after SIGKILL; its process is stuck in the kernel`);
    }
  }
}

/** Tells whether `event` came within the time, without keeping the process awake for the rest of it. */
async function within(event: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const giveUp = new AbortController();
  const timer = delay(milliseconds, false, { signal: giveUp.signal }).catch(() => false);
  const came = await Promise.race([event.then(() => true), timer]);
  giveUp.abort();
  return came;
}

/** Sends a signal to the container's first process. A frozen process only takes it when thawed, so SIGKILL thaws it. */
async function send(engine: Engine, container: Container, signal: number): Promise<void> {
  if (!container.isRunning) return;
  emitContainer(engine, container, { action: 'kill', attributes: { signal: String(signal) } });
  await engine.runtime.kill(container.id, signal);
  if (container.state.status !== 'paused') return;
  await engine.runtime.resume(container.id);
  if (container.isRunning) container.update({ status: 'running' });
}

/** `docker kill`: SIGKILL by default, which returns only when the container has ended. */
export async function killContainer(engine: Engine, container: Container, signal: string): Promise<void> {
  const number = signalNumber(signal || 'SIGKILL');
  await untilStarted(engine, container);
  if (callOffRestart(container)) return container.update({ stoppedByUser: true });
  if (!container.isRunning) {
    throw conflict(`cannot kill container: ${container.name}: container ${container.id} is not running`);
  }
  if (number === 9 || number === signalNumber(container.record.config.StopSignal || 'SIGTERM')) {
    container.state.stoppedByUser = true;
  }
  const ended = container.nextExit.promise;
  await send(engine, container, number);
  if (number === 9) await within(ended, killGraceMs);
}

export async function pauseContainer(engine: Engine, container: Container): Promise<void> {
  if (container.state.status === 'paused') throw conflict(`container ${container.id} is already paused`);
  if (container.state.status === 'restarting') {
    throw conflict(`container ${container.id} is restarting, wait until the container is running`);
  }
  if (!container.isRunning) throw conflict(`container ${container.id} is not running`);
  await engine.runtime.pause(container.id);
  container.update({ status: 'paused' });
  emitContainer(engine, container, { action: 'pause' });
}

export async function unpauseContainer(engine: Engine, container: Container): Promise<void> {
  if (container.state.status !== 'paused') throw conflict(`container ${container.id} is not paused`);
  await engine.runtime.resume(container.id);
  container.update({ status: 'running' });
  emitContainer(engine, container, { action: 'unpause' });
}

/** @throws invalid-argument where it is no whole number of cells. */
export async function resizeContainer(
  engine: Engine,
  container: Container,
  size: { height: number; width: number },
): Promise<void> {
  if (!container.isRunning) throw conflict(`container ${container.id} is not running`);
  if (!Number.isInteger(size.height) || !Number.isInteger(size.width)) throw invalidArgument('invalid terminal size');
  await engine.runtime.resize(container.id, size);
  emitContainer(engine, container, {
    action: 'resize',
    attributes: { height: String(size.height), width: String(size.width) },
  });
}
