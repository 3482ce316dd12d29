import { existsSync } from 'node:fs';
import { isAlive, type ProcessIdentity } from '../host/index.ts';
import { ContainerGroups } from './cgroup/groups.ts';
import { watchedBy } from './delete.ts';
import type { ContainerExit } from './exits.ts';
import { type Shared, watchLog } from './shared.ts';
import { startContainer } from './start.ts';

/**
 * Takes over a container that an earlier daemon left running.
 * @param init its process as it was then
 * @returns 'running' where its end is still to come and will be told as any other; its end where that came meanwhile;
 *   undefined where it is gone and nothing tells how, as after a restart of the machine
 */
export async function reclaimContainer(
  shared: Shared,
  id: string,
  init: ProcessIdentity,
): Promise<'running' | ContainerExit | undefined> {
  const record = shared.records.read(id);
  // Without a record nobody holds its streams or waits for it; it cannot be one of ours that still runs.
  if (record === undefined) return undefined;
  const exit = exitOf(shared, id);
  if (exit !== undefined) return exit;
  if (!isAlive(record.monitor) && !isAlive(init)) return undefined;
  // A conmon that has gone without its container is found at once: the container is ended and told as killed.
  shared.exits.expect(id, watchedBy(shared, id, record));
  watchLog(shared, id, record);
  // The daemon died between creating it and letting it go.
  if (existsSync(shared.places.startFifo(id)) && isAlive(record.init)) await startContainer(shared, id, record);
  return 'running';
}

/** The end of a container as conmon wrote it; undefined where it has not, or the container was deleted. */
export function exitOf(shared: Shared, id: string): ContainerExit | undefined {
  const groups = new ContainerGroups(shared.records.read(id)?.cgroups ?? {});
  return shared.exits.read(id, () => groups.wasOutOfMemory());
}
