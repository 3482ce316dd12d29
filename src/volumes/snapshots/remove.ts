import { rename } from 'node:fs/promises';
import type { Core } from '../core.ts';
import { removedFolder } from '../drivers/local/layout.ts';
import { dataOf, placeOf, syncFolder } from './folder.ts';
import { sourceOf } from './home.ts';

/** Names a snapshot. */
export interface SnapshotId {
  volume: string;
  name: string;
}

/**
 * Removes a snapshot, durably, and then deletes what it held. Raises `snapshot_remove`.
 * @throws not-found where there is no such volume or snapshot.
 */
export async function removeSnapshot(core: Core, id: SnapshotId): Promise<void> {
  const { pool, away } = await core.locks.hold(id.volume, async () => {
    const home = await sourceOf(core, id.volume);
    dataOf(home, id);
    const folder = removedFolder(home.root);
    await rename(placeOf(home, id.name), folder);
    await syncFolder(home);
    core.emit({ type: 'volume', action: 'snapshot_remove', id: id.volume, attributes: { snapshot: id.name } });
    return { pool: home.pool, away: folder };
  });
  await pool.remove(away);
}
