import type { UndoStack } from '../async/index.ts';
import { type MountPoint, makeBindSource } from '../volumes/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { mountImage, unmountImages } from './image-mounts.ts';

/** One use of one of a container's mount points. */
export interface MountUse {
  mountPoint: MountPoint;
  /** Its place among the container's mount points. */
  index: number;
  /** Unique to this use of a volume. */
  mountId: string;
  undo: UndoStack;
}

/**
 * Mounts what a mount point shows on the host, whole, where that needs mounting.
 * @returns its path; "" for a tmpfs, which has none. Undone: given back.
 * @throws not-found for a volume that is gone; system where it cannot be mounted.
 */
export async function mountSource(engine: Engine, container: Container, use: MountUse): Promise<string> {
  const { mountPoint, index, undo } = use;
  switch (mountPoint.type) {
    case 'tmpfs':
      return '';
    case 'volume':
      return mountVolume(engine, container, use);
    case 'image':
      // While the container runs its images stay mounted, whatever else looks at them.
      if (!container.isRunning) undo.add(() => unmountImages(engine, container.dir));
      return mountImage(engine, container, index);
    default:
      makeBindSource(mountPoint, engine.sockets);
      return mountPoint.source;
  }
}

async function mountVolume(engine: Engine, container: Container, use: MountUse): Promise<string> {
  const { mountPoint, mountId, undo } = use;
  const { name, destination, rw, propagation } = mountPoint;
  const event = { container: container.id, destination, readWrite: rw, propagation };
  const path = await engine.volumes.mount(name, { mountId, event });
  undo.add(() => engine.volumes.unmount(name, { mountId, event: { container: container.id } }));
  return path;
}
