import { conflict } from '../errors/index.ts';
import { checkFilterKeys, type Filters, labelsAndAge } from '../wire/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { removeByUser } from './remove.ts';
import { sizesOf } from './usage.ts';

/** `SpaceReclaimed` in bytes; no list but null where nothing was removed, as with Docker. */
export interface PruneReport {
  ContainersDeleted: string[] | null;
  SpaceReclaimed: number;
}

const pruning = new WeakSet<Engine>();

/**
 * Removes all containers that do not run, as far as the filters `until`, `label` and `label!` let it. Their volumes stay.
 * One that cannot be removed is logged and passed over.
 * @throws conflict while another prune is under way; invalid-argument for filters that are none.
 */
export async function pruneContainers(engine: Engine, filters: Filters): Promise<PruneReport> {
  if (pruning.has(engine)) throw conflict('a prune operation is already running');
  pruning.add(engine);
  try {
    return await prune(engine, pruneCondition(filters));
  } finally {
    pruning.delete(engine);
  }
}

async function prune(engine: Engine, wanted: (container: Container) => boolean): Promise<PruneReport> {
  const removed: string[] = [];
  let reclaimed = 0;
  for (const container of engine.store.all()) {
    if (container.isUp || !wanted(container)) continue;
    try {
      const { SizeRw } = await sizesOf(engine, container);
      await removeByUser(engine, container, { force: false, volumes: false });
      reclaimed += SizeRw;
      removed.push(container.id);
    } catch (error) {
      engine.log.warn({ container: container.id, err: error }, 'could not prune a container');
    }
  }
  engine.emit({ type: 'container', action: 'prune', id: '', attributes: { reclaimed: String(reclaimed) } });
  return { ContainersDeleted: removed.length === 0 ? null : removed, SpaceReclaimed: reclaimed };
}

/** Reads the filters of a prune. `label!` spares what holds all of its labels (Docker's rule). */
export function pruneCondition(filters: Filters): (container: Container) => boolean {
  checkFilterKeys(filters, ['label', 'label!', 'until']);
  const fits = labelsAndAge(filters);
  return ({ record }) => fits(record.config.Labels, record.created);
}
