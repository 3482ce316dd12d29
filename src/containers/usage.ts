import { isKind } from '../errors/index.ts';
import { diskUsage } from '../host/index.ts';
import { upperDir } from '../images/index.ts';
import { parseFilters } from '../wire/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { listContainers } from './list.ts';
import type { ContainerSummary } from './summary.ts';

/** Bytes on disk: what a container wrote, and that together with its image. */
export interface ContainerSizes {
  SizeRw: number;
  SizeRootFs: number;
}

/** Measures a container. One that is removed meanwhile has no size. */
export async function sizesOf(engine: Engine, container: Container): Promise<ContainerSizes> {
  const SizeRw = await writtenBytes(engine, container);
  return { SizeRw, SizeRootFs: SizeRw + imageBytes(engine, container) };
}

async function writtenBytes(engine: Engine, container: Container): Promise<number> {
  try {
    return await diskUsage(upperDir(container.fsDir));
  } catch (error) {
    if (engine.store.has(container.id)) throw error;
    return 0;
  }
}

function imageBytes(engine: Engine, container: Container): number {
  try {
    return engine.images.get(container.record.imageId).size;
  } catch (error) {
    // Removed by force under its containers.
    if (isKind(error, 'not-found')) return 0;
    throw error;
  }
}

/** All containers with their sizes, as GET /system/df shows them. */
export function containersUsage(engine: Engine): Promise<ContainerSummary[]> {
  return listContainers(engine, { all: true, limit: 0, size: true, filters: parseFilters(undefined), apiVersion: '' });
}
