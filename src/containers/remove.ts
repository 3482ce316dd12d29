import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { conflict, messageOf } from '../errors/index.ts';
import { removeTree, renameDurable } from '../host/index.ts';
import type { Container } from './container.ts';
import { letGo } from './create-mounts.ts';
import { containersRoot, type Engine, emitContainer, sweepBehind } from './engine.ts';
import { callOffRestart } from './restart/pending.ts';
import { stopProcess, untilStarted } from './stop.ts';

/** `force` ends a running one first; `volumes` takes its anonymous volumes along. */
export interface RemoveOptions {
  force: boolean;
  volumes: boolean;
}

/**
 * Removes a container that is not running. The caller holds the container's lock. Its folder is renamed away before
 * anything else, so that a crash leaves the container either whole or gone; the rest is deleted behind the answer.
 */
export async function removeContainer(engine: Engine, container: Container, options: RemoveOptions): Promise<void> {
  if (!engine.store.has(container.id)) return;
  container.state.status = 'removing';
  const leaving = join(containersRoot(engine), `.gone-${container.id}`);
  // A `--rm` container that a power failure brings back is removed by the next start.
  if (container.record.hostConfig.AutoRemove) renameSync(container.dir, leaving);
  else await renameDurable(container.dir, leaving);
  await releaseVolumes(engine, container, options);
  engine.store.remove(container);
  sweepBehind(
    engine,
    container.settled.then(() => removeTree(leaving)),
  );
  container.removed.resolve({ exitCode: container.state.exitCode, error: '' });
  for (const pending of container.pendingAttaches) pending.end();
  emitContainer(engine, container, { action: 'destroy' });
}

async function releaseVolumes(engine: Engine, container: Container, { volumes }: RemoveOptions): Promise<void> {
  const autoRemoved = container.record.hostConfig.AutoRemove;
  const held = new Map<string, boolean>();
  for (const { type, name, anonymous } of container.record.mountPoints) {
    if (type === 'volume') held.set(name, (held.get(name) ?? true) && anonymous);
  }
  for (const [name, anonymous] of held) {
    await letGo(engine, {
      name,
      id: container.id,
      remove: (volumes || autoRemoved) && anonymous,
      how: { autoRemoved },
    });
  }
}

/** Removes by reference, ending the container first where `force` says so. @throws conflict for a running one. */
export async function removeByUser(engine: Engine, container: Container, options: RemoveOptions): Promise<void> {
  if (container.isUp) {
    if (!options.force) throw conflict(refusal(container));
    await kill(engine, container);
  }
  await engine.locks.hold(container.id, () => removeContainer(engine, container, options));
}

function refusal(container: Container): string {
  const { status } = container.state;
  const advice =
    status === 'paused'
      ? 'unpause and then stop the container before removal or force remove'
      : 'stop the container before removal or force remove';
  return `cannot remove container "${container.name}": container is ${status}: ${advice}`;
}

async function kill(engine: Engine, container: Container): Promise<void> {
  try {
    await untilStarted(engine, container);
    if (!callOffRestart(container)) await stopProcess(engine, container, { signal: 'SIGKILL', timeoutSeconds: 10 });
  } catch (error) {
    throw conflict(`could not kill container "${container.name}": ${messageOf(error)}`, error);
  }
}
