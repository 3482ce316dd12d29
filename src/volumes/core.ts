import type { KeyedLock } from '../async/index.ts';
import type { Log } from '../host/index.ts';
import type { Emit } from '../wire/index.ts';
import type { DriverRegistry } from './driver-registry.ts';
import type { Freezer } from './freezer.ts';
import type { HistoryBook } from './history/index.ts';
import type { References } from './references.ts';
import type { VolumeStore } from './store.ts';
import type { TrashKeeper } from './trash/index.ts';

/** What the operations on volumes work on; made once by the service and handed to each of them. */
export interface Core {
  drivers: DriverRegistry;
  store: VolumeStore;
  references: References;
  /** One per volume name. Held over slow driver calls, so that a driver that hangs keeps only its own volumes waiting. */
  locks: KeyedLock;
  history: HistoryBook;
  /** What was removed and is kept for a while. */
  trash: TrashKeeper;
  /** Who holds volumes, as far as anything can be asked of them. */
  freezer: Freezer;
  emit: Emit;
  log: Log;
}
