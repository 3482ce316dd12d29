import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeTree } from '../host/index.ts';
import { Container } from './container.ts';
import { bundleDir, containersRoot, type Engine, sweepBehind } from './engine.ts';
import { handleExit } from './exit.ts';
import { beginHealthChecks } from './health/monitor.ts';
import { clearPlaces } from './mount-places.ts';
import { isHollow, readRecord, readState } from './record.ts';
import { removeContainer } from './remove.ts';
import { unmountAll } from './rootfs.ts';

/** What Docker answers for a process of whose end nothing is known. */
const unknownExitCode = 255;

/**
 * Takes over the containers of the last daemon: their references to volumes, those that run, and those that ended
 * meanwhile. Folders that a crash left half made or half removed are swept behind.
 */
export async function restoreContainers(engine: Engine): Promise<void> {
  clearPlaces(engine);
  for (const entry of readdirSync(containersRoot(engine), { withFileTypes: true })) {
    const dir = join(containersRoot(engine), entry.name);
    if (entry.name.startsWith('.') || isHollow(dir)) sweep(engine, dir);
    else if (entry.isDirectory()) load(engine, dir);
  }
  await restoreNetworks(engine);
  await settleAll(engine);
}

/** What a container that is over leaves to clear may need a volume plugin that does not answer: no start waits longer. */
const longestWaitMs = 3000;

/** Settles each container, behind the start where that takes long: until then its lock keeps others waiting. */
async function settleAll(engine: Engine): Promise<void> {
  const settling = engine.store.all().map(async (container) => {
    try {
      await settle(engine, container);
    } catch (error) {
      engine.log.error({ container: container.id, err: error }, 'could not clear what a container left');
    }
  });
  const late = new AbortController();
  const longEnough = sleep(longestWaitMs, undefined, { signal: late.signal }).catch(() => undefined);
  await Promise.race([Promise.all(settling), longEnough]);
  late.abort();
}

/** Before anything else: a container that has ended meanwhile gives back what it had of networks as any other. */
async function restoreNetworks({ networks, store }: Engine): Promise<void> {
  const running = store.all().filter((container) => container.isRunning);
  await networks.restore((id) => running.some((container) => container.id === id));
  for (const container of running) container.sandbox = networks.sandbox(container.id);
}

function sweep(engine: Engine, dir: string): void {
  sweepBehind(
    engine,
    unmountAll(engine, dir).then(() => removeTree(dir)),
  );
}

function load(engine: Engine, dir: string): void {
  try {
    const container = new Container(dir, readRecord(dir), readState(dir));
    engine.store.add(container);
    holdVolumes(engine, container);
  } catch (error) {
    engine.log.error({ dir, err: error }, 'the record of a container cannot be read; it is left as it is');
  }
}

function holdVolumes(engine: Engine, container: Container): void {
  for (const { type, name } of container.record.mountPoints) {
    if (type !== 'volume') continue;
    try {
      engine.volumes.hold(name, container.id);
    } catch (error) {
      engine.log.warn({ container: container.id, volume: name, err: error }, 'a container’s volume is not there');
    }
  }
}

/** Brings what is known of a container in line with what the kernel and the runtime know. */
async function settle(engine: Engine, container: Container): Promise<void> {
  const { state } = container;
  if (!container.isRunning) return removeIfOver(engine, container);
  for (const { name, mountId } of state.volumeMounts) engine.volumes.adopt(name, mountId);
  const exit = await engine.runtime.reclaim(container.id, { pid: state.pid, startTime: state.pidStart });
  if (exit === 'running') return goOn(engine, container);
  await engine.locks.hold(container.id, () =>
    handleExit(engine, container, exit ?? { exitCode: unknownExitCode, oomKilled: false }),
  );
}

/** An earlier daemon may have died while it had the container frozen; one that a user paused stays so. */
function goOn(engine: Engine, container: Container): void {
  if (container.state.status === 'running') engine.runtime.thaw(container.id);
  beginHealthChecks(engine, container);
}

/**
 * Clears what a start left that the daemon did not live to finish, and removes a `--rm` container, started or not, as
 * Docker does.
 */
function removeIfOver(engine: Engine, container: Container): Promise<void> {
  return engine.locks.hold(container.id, async () => {
    await engine.runtime.delete(container.id);
    await unmountAll(engine, container.dir);
    await removeTree(bundleDir(engine, container.id));
    if (container.record.hostConfig.AutoRemove) {
      await removeContainer(engine, container, { force: true, volumes: true });
    }
  });
}
