import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mergedDir } from '../images/index.ts';
import type { MountPlan, MountPoint } from '../volumes/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';

/*
 * A mounted image is a read-only root file system of its own in the container's folder, `images/<n>` for the n-th mount
 * point: mounted while the container runs, and there to be mounted again when the image has been removed meanwhile.
 */
const imagesDir = (containerDir: string): string => join(containerDir, 'images');
const folderOf = (containerDir: string, index: number): string => join(imagesDir(containerDir), String(index));

/** Finds the images that a plan is to mount; none is pulled. @throws not-found `No such image: …` (semantics 20.1). */
export function findImages(engine: Engine, plan: MountPlan): void {
  for (const { mountPoint } of plan.entries) {
    // An inherited one keeps the image it has, whatever its name stands for by now.
    if (mountPoint.type === 'image' && !mountPoint.imageId) mountPoint.imageId = engine.images.get(mountPoint.name).id;
  }
}

/** The images of a plan, found. */
export const imagesOf = (plan: MountPlan): string[] =>
  plan.entries.flatMap(({ mountPoint }) => mountPoint.imageId || []);

/** The mount points with the place at which each image will be mounted, as inspect shows it (semantics 19.2). */
export function withImageSources(mountPoints: readonly MountPoint[], containerDir: string): MountPoint[] {
  return mountPoints.map((mountPoint, index) =>
    mountPoint.type === 'image' ? { ...mountPoint, source: mergedDir(folderOf(containerDir, index)) } : mountPoint,
  );
}

/** Makes what mounting the images needs. `containerDir` may be moved, as deep as it is, until the first mount. */
export async function prepareImages(
  engine: Engine,
  mountPoints: readonly MountPoint[],
  containerDir: string,
): Promise<void> {
  for (const [index, { imageId }] of mountPoints.entries()) {
    if (imageId) await engine.images.prepareReadOnlyRootfs(imageId, folderOf(containerDir, index));
  }
}

/** Mounts the image of a mount point, unless it is. @returns where. */
export function mountImage(engine: Engine, container: Container, index: number): string {
  const { imageId = '' } = container.record.mountPoints[index] ?? {};
  return engine.images.mountRootfs(imageId, folderOf(container.dir, index));
}

/** Unmounts all images of a container's folder; those that are not mounted are fine. */
export async function unmountImages(engine: Pick<Engine, 'images'>, containerDir: string): Promise<void> {
  const dir = imagesDir(containerDir);
  if (!existsSync(dir)) return;
  for (const name of readdirSync(dir)) await engine.images.unmountRootfs(join(dir, name));
}

/** The containers that are made of an image, or mount it, or are just being made so. */
export function usersOfImage({ store }: Pick<Engine, 'store'>, imageId: string): { id: string; running: boolean }[] {
  const uses = ({ record }: Container): boolean =>
    record.imageId === imageId || record.mountPoints.some((mountPoint) => mountPoint.imageId === imageId);
  const made = store.all().filter(uses);
  const making = [...store.imagesInUse].filter(([, images]) => images.includes(imageId));
  return [
    ...made.map((container) => ({ id: container.id, running: container.isRunning })),
    ...making.map(([id]) => ({ id, running: false })),
  ];
}
