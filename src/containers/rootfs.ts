import { type Container, fsDirOf } from './container.ts';
import type { Engine } from './engine.ts';
import { unmountImages } from './image-mounts.ts';

/**
 * Runs `work` while the container's root file system is mounted on the host, as it is anyway while the container runs.
 * The caller holds the container's lock: nobody may mount or unmount it meanwhile.
 */
export function withRootfs<T>(engine: Engine, container: Container, work: (rootfs: string) => T): Promise<T> {
  return mounted(engine, container, { readOnly: false, work });
}

/** As {@link withRootfs} for work that only looks: unmounting it afterwards waits for no disk. */
export function lookAtRootfs<T>(engine: Engine, container: Container, work: (rootfs: string) => T): Promise<T> {
  return mounted(engine, container, { readOnly: true, work });
}

type RootfsUse<T> = { readOnly: boolean; work: (rootfs: string) => T };

async function mounted<T>(engine: Engine, container: Container, { readOnly, work }: RootfsUse<T>): Promise<T> {
  const rootfs = engine.images.mountRootfs(container.record.imageId, container.fsDir, { readOnly });
  try {
    return work(rootfs);
  } finally {
    if (!container.isRunning) await engine.images.unmountRootfs(container.fsDir);
  }
}

/** Unmounts the root file system and the images of a container's folder; what is not mounted is fine. */
export async function unmountAll(engine: Pick<Engine, 'images'>, containerDir: string): Promise<void> {
  await engine.images.unmountRootfs(fsDirOf(containerDir));
  await unmountImages(engine, containerDir);
}
