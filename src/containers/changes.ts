import type { Change } from '../images/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';

/** What a container has changed in its root file system, as `docker diff` lists it; null for nothing (Docker's JSON). */
export async function containerChanges(engine: Engine, container: Container): Promise<Change[] | null> {
  const changes = await engine.images.changes(container.record.imageId, container.fsDir);
  return changes.length === 0 ? null : changes;
}
