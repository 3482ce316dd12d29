import { closeSync } from 'node:fs';
import type { UndoStack } from '../async/index.ts';
import { bindToPlace, dropPlace, openSubpath } from '../host/index.ts';
import type { SpecMount } from '../runtime/index.ts';
import { cleanPath, type MountPoint, mountOptions, settlePropagation } from '../volumes/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { type MountUser, settleOwner } from './mount-owner.ts';
import { placeOf } from './mount-places.ts';
import { mountSource } from './mount-source.ts';
import { etcFileMounts } from './network/etc-files.ts';

/**
 * Mounts the container's volumes on the host and returns everything the runtime is to mount, shallowest first, so that
 * a mount at /a comes before one at /a/b whatever the order of the request (semantics 14.4).
 */
export async function mountsForRun(engine: Engine, container: Container, use: MountUser): Promise<SpecMount[]> {
  const { mountPoints, hostConfig } = container.record;
  const mounts: SpecMount[] = [];
  container.state.volumeMounts = [];
  for (const [index, mountPoint] of mountPoints.entries()) {
    const found = await sourceOf(engine, container, { mountPoint, index, undo: use.undo });
    const settled = settlePropagation(mountPoint, engine.dataRoot);
    const source = await settleOwner(engine, container, { ...use, mountPoint, index, source: found });
    mounts.push({ destination: mountPoint.destination, source, ...mountOptions(settled) });
  }
  for (const [path, options] of Object.entries(hostConfig.Tmpfs)) {
    mounts.push({ destination: cleanPath(path), source: 'tmpfs', ...mountOptions({ type: 'tmpfs', options }) });
  }
  const taken = new Set(mounts.map((mount) => mount.destination));
  return [...etcFileMounts(engine, container, taken), ...mounts].sort(
    (a, b) => depth(a.destination) - depth(b.destination),
  );
}

const depth = (path: string): number => path.split('/').length;

interface Use {
  mountPoint: MountPoint;
  index: number;
  undo: UndoStack;
}

async function sourceOf(engine: Engine, container: Container, use: Use): Promise<string> {
  const { mountPoint, index } = use;
  const mountId = `${container.id}-${index}`;
  const whole = await mountSource(engine, container, { ...use, mountId });
  if (mountPoint.type === 'volume') container.state.volumeMounts.push({ name: mountPoint.name, mountId });
  if (mountPoint.type === 'tmpfs') return 'tmpfs';
  return mountPoint.subpath === '' ? whole : placeOfPart(engine, container, { ...use, whole });
}

/** A path to a part of a volume or image that nobody can swap for another before the runtime has mounted it (11.3). */
function placeOfPart(engine: Engine, container: Container, use: Use & { whole: string }): string {
  const part = openSubpath(use.whole, use.mountPoint.subpath);
  const place = placeOf(engine, container, { index: use.index, what: 'part' });
  try {
    bindToPlace(part, place);
    use.undo.add(() => dropPlace(place));
    return place;
  } finally {
    closeSync(part);
  }
}

/** Gives back every volume mount of the run that has ended; one that fails is logged and does not stop the others. */
export async function unmountVolumes(engine: Engine, container: Container): Promise<void> {
  const mounts = container.state.volumeMounts;
  container.state.volumeMounts = [];
  for (const { name, mountId } of mounts.reverse()) {
    try {
      await engine.volumes.unmount(name, { mountId, event: { container: container.id } });
    } catch (error) {
      engine.log.error({ volume: name, container: container.id, err: error }, 'could not unmount a volume');
    }
  }
}
