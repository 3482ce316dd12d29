import type { Filters } from '../wire/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { type Condition, listConditions } from './list-filters.ts';
import { type ContainerSummary, imageNamer, summarize } from './summary.ts';
import { sizesOf } from './usage.ts';

/** What a list shows; `limit` 0 or less means no bound, and one above shows stopped containers too (Docker's rule). */
export interface ListRequest {
  all: boolean;
  limit: number;
  size: boolean;
  filters: Filters;
  apiVersion: string;
}

/**
 * Lists containers, newest first, from memory; only sizes read the disk.
 * @throws invalid-argument for a filter Docker refuses, not-found for an unknown container in `before` or `since`.
 */
export async function listContainers(engine: Engine, options: ListRequest): Promise<ContainerSummary[]> {
  const selected = selectContainers(engine, options);
  const context = {
    now: Date.now(),
    imageName: imageNamer(engine.images),
    networkId: (network: string) => engine.networks.idOf(network),
  };
  if (!options.size) return selected.map((container) => summarize(container, context));
  return Promise.all(
    selected.map(async (container) => ({ ...summarize(container, context), ...(await sizesOf(engine, container)) })),
  );
}

function selectContainers(engine: Engine, options: ListRequest): Container[] {
  const conditions = listConditions(options.filters, engine);
  const showStopped = options.all || options.limit > 0 || (options.filters.get('status')?.length ?? 0) > 0;
  if (!showStopped) conditions.unshift(isUp);
  const found = between(engine, options.filters).filter((container) =>
    conditions.every((condition: Condition) => condition(container)),
  );
  return options.limit > 0 ? found.slice(0, options.limit) : found;
}

/** One that waits for its restart counts as running, as with Docker. */
const isUp: Condition = (container) => container.isRunning || container.state.status === 'restarting';

/** Those made before one container and since another, both named by the filters and neither included. */
function between(engine: Engine, filters: Filters): Container[] {
  const containers = engine.store.all();
  const placeOf = (key: string): number | undefined => {
    const reference = filters.get(key)?.at(-1);
    return reference === undefined ? undefined : containers.indexOf(engine.store.get(reference));
  };
  const before = placeOf('before');
  const since = placeOf('since');
  return containers.slice(before === undefined ? 0 : before + 1, since);
}
