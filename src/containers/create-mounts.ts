import type { UndoStack } from '../async/index.ts';
import { HoldfastError, invalidArgument } from '../errors/index.ts';
import {
  type MountPlan,
  type MountPoint,
  parseVolumesFrom,
  planMounts,
  populate,
  withVolume,
} from '../volumes/index.ts';
import type { ContainerConfig, HostConfig } from '../wire/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { findImages } from './image-mounts.ts';

/** What a request says about mounts, with the API version that it speaks. */
export interface MountRequest {
  config: ContainerConfig;
  hostConfig: HostConfig;
  apiVersion: string;
}

/** Works out what is mounted where, and makes nothing yet. @throws as grammar and collision rules say. */
export function planContainerMounts(engine: Engine, request: MountRequest): MountPlan {
  const { config, hostConfig } = request;
  const plan = planMounts({
    binds: hostConfig.Binds ?? [],
    mounts: hostConfig.Mounts,
    tmpfs: hostConfig.Tmpfs,
    volumesFrom: (hostConfig.VolumesFrom ?? []).map((spec) => ({
      spec,
      mountPoints: sourceOf(engine, parseVolumesFrom(spec).container).record.mountPoints,
    })),
    configVolumes: Object.keys(config.Volumes),
    volumeDriver: hostConfig.VolumeDriver,
    apiVersion: request.apiVersion,
    dataRoot: engine.dataRoot,
  });
  findImages(engine, plan);
  return plan;
}

/** The container of a `--volumes-from`. 400, since a 404 from create makes Docker's client pull the image (15.1). */
function sourceOf(engine: Engine, reference: string): Container {
  try {
    return engine.store.get(reference);
  } catch (error) {
    throw error instanceof HoldfastError ? invalidArgument(error.message, error) : error;
  }
}

/**
 * Makes or finds the volumes of a plan and holds each for the container. Undone: the holds are given back and
 * anonymous volumes removed; named ones stay, as with Docker (semantics 2.14).
 */
export async function holdVolumes(
  engine: Engine,
  plan: MountPlan,
  owner: { id: string; undo: UndoStack },
): Promise<MountPoint[]> {
  const mountPoints: MountPoint[] = [];
  for (const { mountPoint, volume } of plan.entries) {
    if (volume === undefined) {
      mountPoints.push(mountPoint);
      continue;
    }
    const made = await engine.volumes.createAndHold(volume, owner.id);
    owner.undo.add(() =>
      letGo(engine, { name: made.name, id: owner.id, remove: mountPoint.anonymous, how: { now: true } }),
    );
    mountPoints.push(withVolume(mountPoint, made));
  }
  return mountPoints;
}

/** A container's hold on a volume that ends. */
interface Hold {
  name: string;
  id: string;
  /** Whether the volume is to go with it. */
  remove: boolean;
  /** For good (`now`), or as one that few people miss. */
  how?: { now?: boolean; autoRemoved?: boolean };
}

/** Gives back a container's hold; removes the volume too where asked and nobody else holds it. */
export async function letGo(engine: Engine, hold: Hold): Promise<void> {
  await engine.volumes.release(hold.name, hold.id);
  if (!hold.remove || engine.volumes.holders(hold.name).length > 0) return;
  try {
    await engine.volumes.remove(hold.name, { force: false, ...hold.how });
  } catch (error) {
    // The container goes all the same, as with Docker (semantics 6.7); the volume stays listed and can be removed.
    engine.log.warn({ volume: hold.name, err: error }, 'could not remove an anonymous volume');
  }
}

/** True where a fresh container's mount point takes over what the image has at its path (semantics 13). */
const wantsContent = (mountPoint: MountPoint): boolean =>
  mountPoint.type === 'volume' && !mountPoint.noCopy && !mountPoint.inherited;

/** Copies what the image has at each volume's path into those that are empty. */
export async function populateVolumes(
  engine: Engine,
  mountPoints: readonly MountPoint[],
  container: { id: string; rootfs: string },
): Promise<void> {
  for (const [index, mountPoint] of mountPoints.entries()) {
    if (!wantsContent(mountPoint)) continue;
    const mountId = `${container.id}-populate-${index}`;
    const volumePath = await engine.volumes.mount(mountPoint.name, { mountId });
    try {
      // Only the local driver has options about owners, and another would have to be asked over a socket.
      const options = mountPoint.driver === 'local' ? (await engine.volumes.get(mountPoint.name)).options : null;
      const { destination } = mountPoint;
      await populate({ rootfs: container.rootfs, destination, volumePath, mountPoint, options });
    } finally {
      await engine.volumes.unmount(mountPoint.name, { mountId });
    }
  }
}
