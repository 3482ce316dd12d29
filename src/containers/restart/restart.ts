import { setTimeout as delay } from 'node:timers/promises';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { zeroTime } from '../record.ts';
import { startContainer } from '../start.ts';
import { type EndedRun, restartDelay, restartsAfterExit, restartsWithDaemon } from './policy.ts';

const endOf = ({ state }: Container): EndedRun => state;

/** Whether the policy brings a container back whose process has just ended. */
export const willRestart = (container: Container, exitCode: number): boolean =>
  restartsAfterExit(container.record.hostConfig.RestartPolicy, { ...endOf(container), exitCode });

/** How long the last run was, in milliseconds. */
export const lastRunMs = ({ state }: Container): number =>
  Math.max(0, Date.parse(state.finishedAt) - Date.parse(state.startedAt));

/** Starts a container again after its policy's delay, unless that is called off meanwhile. Its status is `restarting`. */
export function restartLater(engine: Engine, container: Container): void {
  container.restartDelayMs = restartDelay(container.restartDelayMs, lastRunMs(container));
  const pending = new AbortController();
  container.pendingRestart = pending;
  delay(container.restartDelayMs, undefined, { signal: pending.signal, ref: false })
    .then(() => engine.locks.hold(container.id, () => restartNow(engine, container, pending)))
    .catch((error: unknown) => {
      if (!pending.signal.aborted)
        engine.log.error({ container: container.id, err: error }, 'could not restart a container');
    });
}

async function restartNow(engine: Engine, container: Container, pending: AbortController): Promise<void> {
  if (pending.signal.aborted) return;
  container.pendingRestart = undefined;
  await startAgain(engine, container);
}

async function startAgain(engine: Engine, container: Container): Promise<void> {
  container.state.restartCount += 1;
  try {
    await startContainer(engine, container);
  } catch (error) {
    // Whoever waits for it not to run has the answer now.
    container.announceExit({ exitCode: container.state.exitCode, error: '' });
    throw error;
  }
}

/**
 * Starts what is to run whenever the daemon does, behind the daemon's start. Those that share another's network come after it.
 */
export async function restartWithDaemon(engine: Engine): Promise<void> {
  const due = engine.store
    .all()
    .filter((container) => isDue(container))
    .reverse();
  const shares = ({ record }: Container) => record.hostConfig.NetworkMode.startsWith('container:');
  for (const group of [due.filter((each) => !shares(each)), due.filter(shares)]) {
    await Promise.all(group.map((container) => startWithDaemon(engine, container)));
  }
}

function isDue(container: Container): boolean {
  const { state, record } = container;
  if (container.isRunning || container.pendingRestart !== undefined || state.startedAt === zeroTime) return false;
  return restartsWithDaemon(record.hostConfig.RestartPolicy, endOf(container));
}

async function startWithDaemon(engine: Engine, container: Container): Promise<void> {
  try {
    await engine.locks.hold(container.id, async () => {
      if (engine.store.has(container.id) && isDue(container)) await startAgain(engine, container);
    });
  } catch (error) {
    engine.log.error(
      { container: container.id, err: error },
      'could not start a container that is to run with the daemon',
    );
  }
}
