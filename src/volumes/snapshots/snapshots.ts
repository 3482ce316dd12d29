import type { Difference } from '../../host/index.ts';
import type { Core } from '../core.ts';
import { differencesSince } from './difference.ts';
import { snapshotsOf } from './folder.ts';
import { sourceOf } from './home.ts';
import type { Snapshot } from './record.ts';
import { removeSnapshot, type SnapshotId } from './remove.ts';
import { type RolledBack, rollBack } from './roll-back.ts';
import { SnapshotSchedules } from './schedule.ts';
import { type SnapshotWish, type Taken, takeSnapshots, type WorkTools } from './take.ts';

/** The label by which Compose says whose a volume is. */
const projectLabel = 'com.docker.compose.project';

/** Everything that can be done with snapshots of volumes. */
export class Snapshots {
  readonly #core: Core;
  readonly schedules: SnapshotSchedules;

  constructor(core: Core) {
    this.#core = core;
    this.schedules = new SnapshotSchedules(core);
  }

  /** See {@link takeSnapshots}. */
  take(wish: SnapshotWish, tools?: WorkTools): Promise<Taken> {
    return takeSnapshots(this.#core, wish, tools);
  }

  /** The oldest first. @throws not-found where there is no such volume. */
  async list(volume: string): Promise<Snapshot[]> {
    return snapshotsOf(await sourceOf(this.#core, volume), volume);
  }

  /** See {@link removeSnapshot}. */
  remove(id: SnapshotId): Promise<void> {
    return removeSnapshot(this.#core, id);
  }

  /** See {@link rollBack}. */
  rollBack(id: SnapshotId, tools?: WorkTools): Promise<RolledBack> {
    return rollBack(this.#core, id, tools);
  }

  /** See {@link differencesSince}. */
  differences(id: SnapshotId & { until?: string | undefined }, signal?: AbortSignal): AsyncGenerator<Difference> {
    return differencesSince(this.#core, id, signal);
  }

  /** The names of the volumes that Compose made for a project. */
  async volumesOf(project: string): Promise<string[]> {
    const { volumes } = await this.#core.store.list();
    return volumes.filter(({ labels }) => labels?.[projectLabel] === project).map(({ name }) => name);
  }
}
