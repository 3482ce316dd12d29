import type { Container } from './container.ts';
import type { Engine } from './engine.ts';

/**
 * Runs `work` while the container's root file system is mounted on the host, as it is anyway while the container runs.
 * The caller holds the container's lock: nobody may mount or unmount it meanwhile.
 */
export function withRootfs<T>(engine: Engine, container: Container, work: (rootfs: string) => T): T {
  const rootfs = engine.images.mountRootfs(container.record.imageId, container.fsDir);
  try {
    return work(rootfs);
  } finally {
    if (!container.isRunning) engine.images.unmountRootfs(container.fsDir);
  }
}
