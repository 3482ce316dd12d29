import { closeSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { UndoStack } from '../../async/index.ts';
import { invalidArgument, notFound } from '../../errors/index.ts';
import { openSubpath, temporaryName } from '../../host/index.ts';
import { cleanPath, type MountPoint } from '../../volumes/index.ts';
import type { Container } from '../container.ts';
import { deferred } from '../deferred.ts';
import type { Engine } from '../engine.ts';
import { type MountUse, mountSource } from '../mount-source.ts';
import { withRootfs } from '../rootfs.ts';
import { assembleView, type MountedView, type ViewMount } from './assemble.ts';

/** A container's files, opened for one copy. */
export interface ContainerView {
  /** The root folder as a path for this process, and for its child processes. */
  root: string;
  rootForChildren: string;
  /** @throws invalid-argument where a path of the view, links resolved, lies on what is read-only (semantics 17.3). */
  refuseReadOnly(path: string): void;
  /** Lets go of everything; to be called once, and more often does no harm. */
  close(): Promise<void>;
}

/**
 * Opens a container's files with its volumes and binds, running or not. While it is open a container that does not run
 * cannot be started or removed: its root file system must not be mounted twice.
 */
export function openView(engine: Engine, container: Container): Promise<ContainerView> {
  return new Promise((resolve, reject) => {
    const work = async (): Promise<void> => {
      if (!engine.store.has(container.id)) throw notFound(`No such container: ${container.name}`);
      const closed = deferred<void>();
      resolve(await open(engine, container, () => closed.resolve()));
      if (!container.isRunning) await closed.promise;
    };
    engine.locks.hold(container.id, work).catch(reject);
  });
}

async function open(engine: Engine, container: Container, onClosed: () => void): Promise<ContainerView> {
  const failed = (error: unknown): void =>
    engine.log.error({ container: container.id, err: error }, 'could not let go of a volume after a copy');
  const undo = new UndoStack();
  try {
    const planned = await planMounts(engine, container, undo);
    const view = await mountView(engine, container, planned);
    // The run keeps the volumes mounted, and the view the files; a count of our own would outlive a removal meanwhile.
    if (container.isRunning) await undo.rollback(failed);
    return containerView(container, view, async () => {
      await undo.rollback(failed);
      onClosed();
    });
  } catch (error) {
    await undo.rollback(failed);
    throw error;
  }
}

function mountView(engine: Engine, container: Container, mounts: readonly ViewMount[]): Promise<MountedView> {
  return withRootfs(engine, container, (rootfs) =>
    assembleView({
      rootfs,
      mounts,
      places: join(engine.execRoot, 'views'),
      readOnly: container.record.hostConfig.ReadonlyRootfs,
    }),
  );
}

function containerView(container: Container, view: MountedView, after: () => Promise<void>): ContainerView {
  let closing: Promise<void> | undefined;
  return {
    root: `/proc/self/fd/${view.tree}`,
    rootForChildren: `/proc/${process.pid}/fd/${view.tree}`,
    refuseReadOnly(path) {
      const [nearest] = view.volumes
        .filter((mount) => isWithin(mount.path, path))
        .sort((one, other) => other.path.length - one.path.length);
      if (nearest?.readWrite === false) throw invalidArgument('mounted volume is marked read-only');
      if (nearest === undefined && container.record.hostConfig.ReadonlyRootfs) {
        throw invalidArgument('container rootfs is marked read-only');
      }
    },
    close() {
      if (closing === undefined) {
        closeSync(view.tree);
        closing = after();
      }
      return closing;
    },
  };
}

const isWithin = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** Mounts the volumes on the host and lists what the view shows where, shallowest first (semantics 14.4). */
async function planMounts(engine: Engine, container: Container, undo: UndoStack): Promise<ViewMount[]> {
  const mounts: ViewMount[] = [];
  const copyId = temporaryName();
  for (const [index, mountPoint] of container.record.mountPoints.entries()) {
    const mountId = `${container.id}-${copyId}-${index}`;
    const source = await sourceOf(engine, container, { mountPoint, index, mountId, undo });
    mounts.push(viewMount(mountPoint, source));
  }
  for (const destination of Object.keys(container.record.hostConfig.Tmpfs))
    mounts.push(emptyTmpfs(cleanPath(destination)));
  const taken = new Set(mounts.map(({ destination }) => destination));
  const own = ownFiles(container).filter(({ destination }) => !taken.has(destination));
  return [...own, ...mounts].sort((one, other) => depth(one.destination) - depth(other.destination));
}

const depth = (path: string): number => path.split('/').length;

function viewMount(mountPoint: MountPoint, source: string): ViewMount {
  const { destination, rw, spec } = mountPoint;
  return {
    source,
    destination,
    readWrite: rw,
    recursive: spec.BindOptions?.NonRecursive !== true,
    recursiveReadOnly: spec.BindOptions?.ReadOnlyNonRecursive !== true,
    isVolume: true,
  };
}

/** As with Docker, a tmpfs of the container is not seen by copies: they get an empty one instead (semantics 18.3). */
const emptyTmpfs = (destination: string): ViewMount => ({
  source: '',
  destination,
  readWrite: true,
  recursive: false,
  recursiveReadOnly: false,
  isVolume: false,
});

/** The files that the engine binds into every container; there are none before its first start. */
function ownFiles(container: Container): ViewMount[] {
  return ['resolv.conf', 'hostname', 'hosts']
    .map((file) => ({ source: join(container.dir, file), destination: `/etc/${file}` }))
    .filter(({ source }) => existsSync(source))
    .map((file) => ({ ...file, readWrite: true, recursive: false, recursiveReadOnly: false, isVolume: false }));
}

/** A part is named by an open file, which is what is mounted, whoever swaps it for another meanwhile (semantics 11.3). */
async function sourceOf(engine: Engine, container: Container, use: MountUse): Promise<string> {
  const { mountPoint, undo } = use;
  const whole = await mountSource(engine, container, use);
  if (whole === '' || mountPoint.subpath === '') return whole;
  const part = openSubpath(whole, mountPoint.subpath);
  undo.add(() => closeSync(part));
  return `/proc/self/fd/${part}`;
}
