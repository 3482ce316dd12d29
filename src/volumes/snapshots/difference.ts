import { compareTrees, type Difference } from '../../host/index.ts';
import type { Core } from '../core.ts';
import { dataOf } from './folder.ts';
import { sourceOf } from './home.ts';
import type { SnapshotId } from './remove.ts';

/**
 * What was changed since a snapshot: until another one, or until now. Told while it is found; files of the same size and
 * modification time count as the same. Waits for nobody, so what is removed meanwhile ends it with an error.
 * @throws not-found where there is no such volume or snapshot.
 */
export async function* differencesSince(
  core: Core,
  id: SnapshotId & { until?: string | undefined },
  signal?: AbortSignal,
): AsyncGenerator<Difference> {
  const source = await sourceOf(core, id.volume);
  const before = dataOf(source, id);
  const after = id.until === undefined ? source.data : dataOf(source, { volume: id.volume, name: id.until });
  yield* compareTrees(before, after, signal === undefined ? {} : { signal });
}
