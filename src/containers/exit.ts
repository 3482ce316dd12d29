import { removeTree } from '../host/index.ts';
import type { Container } from './container.ts';
import { bundleDir, type Engine, emitContainer } from './engine.ts';
import { unmountImages } from './image-mounts.ts';
import { closeNetwork } from './network/open.ts';
import { removeContainer } from './remove.ts';
import { unmountVolumes } from './run-mounts.ts';
import { nowNano } from './time.ts';

/** What the runtime reports of a process that has ended. */
export interface ProcessExit {
  exitCode: number;
  oomKilled: boolean;
}

/**
 * What follows the end of a container's process: its mounts are given back, the state says so, the waiting are told,
 * and a `--rm` container goes. The caller holds the container's lock.
 */
export async function handleExit(engine: Engine, container: Container, exit: ProcessExit): Promise<void> {
  if (!container.isRunning) return;
  await Promise.all([unmountVolumes(engine, container), closeNetwork(engine, container)]);
  engine.images.unmountRootfs(container.fsDir);
  unmountImages(engine, container.dir);
  container.settled = forget(engine, container);
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(container.state.startedAt)) / 1000));
  container.update({
    status: 'exited',
    pid: 0,
    pidStart: 0,
    exitCode: exit.exitCode,
    oomKilled: exit.oomKilled,
    finishedAt: nowNano(),
  });
  container.announceExit({ exitCode: exit.exitCode, error: '' });
  if (exit.oomKilled) emitContainer(engine, container, { action: 'oom' });
  emitContainer(engine, container, {
    action: 'die',
    attributes: { exitCode: String(exit.exitCode), execDuration: String(seconds) },
  });
  if (container.record.hostConfig.AutoRemove) await removeContainer(engine, container, { force: true, volumes: true });
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
