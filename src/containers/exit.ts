import { removeTree } from '../host/index.ts';
import type { Container } from './container.ts';
import { bundleDir, type Engine, emitContainer } from './engine.ts';
import { endHealthChecks } from './health/monitor.ts';
import { closeNetwork } from './network/open.ts';
import type { Status } from './record.ts';
import { removeContainer } from './remove.ts';
import { lastRunMs, restartLater, willRestart } from './restart/restart.ts';
import { unmountAll } from './rootfs.ts';
import { unmountVolumes } from './run-mounts.ts';
import { nowNano } from './time.ts';

/** What the runtime reports of a process that has ended. */
export interface ProcessExit {
  exitCode: number;
  oomKilled: boolean;
}

/**
 * What follows the end of a container's process, in Docker's order (semantics 21.3): the state and the events say so, its
 * mounts are given back, the waiting are told, and a `--rm` container goes. Whoever was told finds nothing mounted any
 * more. The caller holds the container's lock.
 */
export async function handleExit(engine: Engine, container: Container, exit: ProcessExit): Promise<void> {
  if (!container.isRunning) return;
  endHealthChecks(container);
  const restarts = willRestart(container, exit.exitCode);
  noteExit(container, { ...exit, status: restarts ? 'restarting' : 'exited' });
  emitExit(engine, container, exit);
  await giveBack(engine, container);
  container.update({});
  container.settled = forget(engine, container);
  container.announceExit({ exitCode: exit.exitCode, error: '' });
  if (restarts) restartLater(engine, container);
  if (container.record.hostConfig.AutoRemove && !container.isBeingRestarted) {
    await removeContainer(engine, container, { force: true, volumes: true });
  }
}

/** In memory alone: on disk it goes on as running until all is given back, so that a new daemon would do it after a crash. */
function noteExit({ state }: Container, { exitCode, oomKilled, status }: ProcessExit & { status: Status }): void {
  Object.assign(state, { status, pid: 0, pidStart: 0, exitCode, oomKilled, finishedAt: nowNano() });
}

async function giveBack(engine: Engine, container: Container): Promise<void> {
  try {
    await closeNetwork(engine, container);
  } finally {
    await unmountVolumes(engine, container);
  }
  await unmountAll(engine, container.dir);
}

function emitExit(engine: Engine, container: Container, exit: ProcessExit): void {
  const seconds = Math.floor(lastRunMs(container) / 1000);
  if (exit.oomKilled) emitContainer(engine, container, { action: 'oom' });
  emitContainer(engine, container, {
    action: 'die',
    attributes: { exitCode: String(exit.exitCode), execDuration: String(seconds) },
  });
}

/** The runtime forgets the container behind the answer: nobody but the next start has to wait for it. */
async function forget(engine: Engine, container: Container): Promise<void> {
  try {
    await engine.runtime.delete(container.id);
    await removeTree(bundleDir(engine, container.id));
  } catch (error) {
    engine.log.error({ container: container.id, err: error }, 'could not clean up after a container');
  }
}
