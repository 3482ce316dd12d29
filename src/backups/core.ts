import type { KeyedLock } from '../async/index.ts';
import type { Log } from '../host/index.ts';
import type { VolumeService } from '../volumes/index.ts';
import type { Emit } from '../wire/index.ts';
import type { BackupContainers } from './containers.ts';
import type { Ledger } from './ledger.ts';
import type { RepositoryStore } from './repositories/index.ts';
import type { Webhook } from './webhook.ts';

/** What is done with volumes whose labels say nothing of it. */
export interface BackupDefaults {
  /** A schedule; "" for none. */
  schedule: string;
  /** How much to keep; "" for everything. */
  keep: string;
}

/** What the operations on backups work on; made once by the service and handed to each of them. */
export interface Core {
  /** `<data-root>/backups`. */
  root: string;
  /** `<exec-root>/backups`: what is gone after a boot. */
  runRoot: string;
  volumes: VolumeService;
  containers: BackupContainers;
  repositories: RepositoryStore;
  ledger: Ledger;
  /** Volumes that are being backed up now. */
  running: Set<string>;
  /** One for the adding and taking away of repositories. */
  locks: KeyedLock;
  /** What volumes are subject to that say nothing of it themselves; "" for nothing. */
  defaults: BackupDefaults;
  /** Hears of alarms; undefined where nobody wants to. */
  webhook: Webhook | undefined;
  emit: Emit;
  log: Log;
}

/** How long work tells how far it is. */
export interface WorkTools {
  signal?: AbortSignal | undefined;
  /** In bytes; a total of 0 is one that is not known. */
  onProgress?: (progress: { done: number; total: number }) => void;
}
