import { rmSync } from 'node:fs';
import { UndoStack } from '../async/index.ts';
import { conflict, messageOf, notModified } from '../errors/index.ts';
import { removeTree } from '../host/index.ts';
import {
  buildSpec,
  cgroupPathOf,
  checkMasked,
  type ResolvedUser,
  resolveUser,
  type SpecMount,
  writeBundle,
} from '../runtime/index.ts';
import { processEnvironment } from './config.ts';
import type { Container } from './container.ts';
import { bundleDir, type Engine, emitContainer } from './engine.ts';
import { exitCodeOfFailure } from './exit-code.ts';
import { checkForcedReadOnly } from './forced-read-only.ts';
import { beginHealthChecks } from './health/monitor.ts';
import { logLimits } from './log-config.ts';
import { dropPlaces } from './mount-places.ts';
import { hostnameOf } from './network/etc-files.ts';
import { type Namespace, openNetwork } from './network/open.ts';
import { mountsForRun } from './run-mounts.ts';
import { nowNano } from './time.ts';

/**
 * Starts a container that is not running. The caller holds the container's lock.
 * @throws not-modified where it runs already; conflict where it is paused; else why the process could not be started.
 * Nothing that was mounted or made for the run stays where it fails.
 */
export async function startContainer(engine: Engine, container: Container): Promise<void> {
  refuseUnlessStartable(container);
  await container.settled;
  try {
    await UndoStack.run(
      (undo) => bringUp(engine, container, undo),
      (error) => engine.log.error({ container: container.id, err: error }, 'could not undo a failed start'),
    );
  } catch (error) {
    recordFailure(container, error);
    throw error;
  }
  emitContainer(engine, container, { action: 'start' });
}

function refuseUnlessStartable(container: Container): void {
  const { status } = container.state;
  if (status === 'paused') throw conflict('cannot start a paused container, try unpause instead');
  if (status === 'running') throw notModified(`container ${container.id} is already running`);
  if (status === 'removing' || status === 'dead') {
    throw conflict('container is marked for removal and cannot be started');
  }
}

async function bringUp(engine: Engine, container: Container, undo: UndoStack): Promise<void> {
  const { record } = container;
  const namespace = await openNetwork(engine, container, undo);
  const passing = record.hostConfig.AutoRemove;
  const rootfs = engine.images.mountRootfs(record.imageId, container.fsDir, { passing });
  undo.add(() => engine.images.unmountRootfs(container.fsDir));
  const user = resolveUser(rootfs, record.config.User, record.hostConfig.GroupAdd ?? []);
  const mounts = await mountsForRun(engine, container, { undo, user, rootfs });
  const { bundle, masked } = prepareBundle(engine, container, { rootfs, mounts, user, namespace });
  undo.add(() => removeTree(bundle));
  const { pid, startTime } = await engine.runtime.create({
    id: record.id,
    bundle,
    logPath: record.hostConfig.LogConfig.Type === 'none' ? undefined : container.logPath,
    logLimits: logLimits(record.hostConfig.LogConfig),
    tty: record.config.Tty,
    stdin: record.config.OpenStdin,
    stdinOnce: record.config.StdinOnce,
  });
  undo.add(() => engine.runtime.delete(record.id));
  dropPlaces(engine, container);
  checkForcedReadOnly(record.mountPoints, pid);
  checkMasked(pid, masked);
  for (const pending of container.pendingAttaches) pending.bind(await engine.runtime.attach(record.id));
  container.update({
    status: 'running',
    pid,
    pidStart: startTime ?? 0,
    exitCode: 0,
    error: '',
    oomKilled: false,
    stoppedByUser: false,
    startedAt: nowNano(),
    health: null,
  });
  await engine.runtime.start(record.id);
  container.pendingAttaches.clear();
  beginHealthChecks(engine, container);
}

/** Where a bundle is, and what its container must not see. */
type Bundle = { bundle: string; masked: readonly string[] };
type Prepared = { rootfs: string; mounts: SpecMount[]; user: ResolvedUser; namespace: Namespace };

function prepareBundle(engine: Engine, container: Container, prepared: Prepared): Bundle {
  const { record } = container;
  const { config, hostConfig } = record;
  const hostname = hostnameOf(engine, container);
  const spec = buildSpec({
    id: record.id,
    rootfs: prepared.rootfs,
    readonlyRootfs: hostConfig.ReadonlyRootfs,
    hostname,
    domainname: config.Domainname,
    process: {
      args: record.args,
      env: processEnvironment(config, { hostname, tty: config.Tty }),
      cwd: config.WorkingDir || '/',
      tty: config.Tty,
      consoleSize: hostConfig.ConsoleSize,
      user: prepared.user,
    },
    mounts: prepared.mounts,
    hostConfig,
    network: prepared.namespace,
    cgroupsPath: cgroupPathOf(record.id, hostConfig.CgroupParent),
  });
  const bundle = bundleDir(engine, record.id);
  rmSync(bundle, { recursive: true, force: true });
  writeBundle(bundle, spec);
  return { bundle, masked: spec.linux.maskedPaths };
}

function recordFailure(container: Container, error: unknown): void {
  const message = messageOf(error);
  container.update({
    status: container.state.startedAt === '' ? 'exited' : 'created',
    pid: 0,
    pidStart: 0,
    exitCode: exitCodeOfFailure(message),
    error: message,
    finishedAt: nowNano(),
    volumeMounts: [],
  });
}
