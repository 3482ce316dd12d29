import { statSync } from 'node:fs';
import { mkdirInRoot, resolveInRoot } from '../host/index.ts';
import { populateVolumes } from './create-mounts.ts';
import type { Engine } from './engine.ts';
import type { ContainerRecord } from './record.ts';
import { writeWarnings } from './write-warnings.ts';

/**
 * Prepares the root file system of a new container and, through it, the working directory and the content of new volumes.
 * @returns warnings
 */
export async function layOut(engine: Engine, record: ContainerRecord, fsDir: string): Promise<string[]> {
  await engine.images.prepareRootfs(record.imageId, fsDir);
  const { WorkingDir } = record.config;
  const fill = async (rootfs: string): Promise<string[]> => {
    await populateVolumes(engine, record.mountPoints, { id: record.id, rootfs });
    return writeWarnings(engine, record, rootfs);
  };
  const inRootfs = async <T>(readOnly: boolean, work: (rootfs: string) => T | Promise<T>): Promise<T> => {
    const rootfs = engine.images.mountRootfs(record.imageId, fsDir, { readOnly });
    try {
      return await work(rootfs);
    } finally {
      await engine.images.unmountRootfs(fsDir);
    }
  };
  // Most images have the folder: then nothing is written, and the disk need not be waited for when it is unmounted.
  const warnings = await inRootfs(true, (rootfs) => (hasFolder(rootfs, WorkingDir || '/') ? fill(rootfs) : undefined));
  if (warnings !== undefined) return warnings;
  return inRootfs(false, (rootfs) => {
    mkdirInRoot(rootfs, WorkingDir, 0o755);
    return fill(rootfs);
  });
}

const hasFolder = (rootfs: string, path: string): boolean =>
  statSync(resolveInRoot(rootfs, path), { throwIfNoEntry: false })?.isDirectory() === true;
