import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyedLock } from '../async/index.ts';
import type { Log } from '../host/index.ts';
import type { VolumeService } from '../volumes/index.ts';
import type {
  BackupDrill,
  BackupEntry,
  BackupPrune,
  BackupPruned,
  BackupRestore,
  BackupRestored,
  BackupRun,
  BackupRunAnswer,
  BackupStatus,
  BackupVerified,
  BackupVerify,
  DrillEvidence,
  Emit,
  NewRepository,
  RepositoryAdded,
  RepositorySummary,
} from '../wire/index.ts';
import type { BackupContainers } from './containers.ts';
import type { BackupDefaults, Core, WorkTools } from './core.ts';
import { clearDrills, drill } from './drill/drill.ts';
import { Ledger } from './ledger.ts';
import { listBackups } from './listing.ts';
import { prune } from './prune.ts';
import { addRepository, type RepositoryRecord, RepositoryStore } from './repositories/index.ts';
import { maskedLocation } from './restic/index.ts';
import { restore } from './restore/restore.ts';
import { backUp } from './run/run.ts';
import { clearStages } from './run/stage.ts';
import { startStopped } from './run/stop.ts';
import { BackupScheduler } from './scheduler.ts';
import { backupStatus } from './status.ts';
import { verify } from './verify.ts';
import { Webhook } from './webhook.ts';

interface BackupServiceOptions {
  /** `<data-root>/backups`, absolute; made where it is missing. */
  root: string;
  /** `<exec-root>/backups`, absolute. */
  runRoot: string;
  volumes: VolumeService;
  containers: BackupContainers;
  defaults: BackupDefaults;
  /** Called with every alarm; "" for nobody. */
  webhookUrl: string;
  emit: Emit;
  log: Log;
}

/** How long after a start what is left of drills goes, in milliseconds. */
const settleMs = 2000;

/** Everything the API does with backups: deduplicated and encrypted ones of volumes, in repositories that restic reads too. */
export class BackupService {
  readonly #core: Core;
  readonly #scheduler: BackupScheduler;
  readonly #closing = new AbortController();
  readonly #settling: Promise<void>;

  /** Takes up what a crash left: what was mounted is given back at once, what was stopped is started behind the answers. */
  constructor(options: BackupServiceOptions) {
    const { root, runRoot, webhookUrl, log } = options;
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const repositories = new RepositoryStore(root, log);
    const ledger = new Ledger(root, log);
    const webhook = webhookUrl === '' ? undefined : new Webhook({ url: webhookUrl, log });
    this.#core = { ...options, repositories, ledger, webhook, running: new Set(), locks: new KeyedLock() };
    clearStages(runRoot);
    this.#settling = this.#settle();
    this.#scheduler = new BackupScheduler(this.#core);
  }

  repositories(): RepositorySummary[] {
    return this.#core.repositories.all().map((record) => this.#summary(record));
  }

  /** See {@link addRepository} for what is thrown. */
  addRepository(wanted: NewRepository, signal?: AbortSignal): Promise<RepositoryAdded> {
    return this.#core.locks.hold('repositories', async () => {
      const { record, wasThere } = await addRepository(this.#core.repositories, wanted, signal);
      return { ...this.#summary(record), wasThere };
    });
  }

  /** Takes a repository off the list. What is in it stays, and its key is kept. @throws not-found. */
  removeRepository(name: string): Promise<{ keptKey: string }> {
    return this.#core.locks.hold('repositories', async () => {
      const record = this.#core.repositories.require(name);
      return { keptKey: `${await this.#core.repositories.remove(record.name)}/key` };
    });
  }

  run(wanted: BackupRun, tools: WorkTools = {}): Promise<BackupRunAnswer> {
    return backUp(this.#core, wanted, tools);
  }

  list(wanted: { volume: string; repository: string }, signal?: AbortSignal): Promise<BackupEntry[]> {
    return listBackups(this.#core, wanted, signal);
  }

  restore(wanted: BackupRestore, tools: WorkTools = {}): Promise<BackupRestored> {
    return restore(this.#core, wanted, tools);
  }

  drill(wanted: BackupDrill, tools: WorkTools = {}): Promise<DrillEvidence> {
    return drill(this.#core, wanted, tools);
  }

  prune(wanted: BackupPrune, tools: WorkTools = {}): Promise<BackupPruned> {
    return prune(this.#core, wanted, tools);
  }

  status(): Promise<BackupStatus[]> {
    return backupStatus(this.#core, this.#scheduler);
  }

  verify(wanted: BackupVerify, tools: WorkTools = {}): Promise<BackupVerified> {
    return verify(this.#core, wanted, tools);
  }

  /** When the volume was backed up last, RFC 3339; undefined where it never was. At once. */
  lastBackup(volume: string): string | undefined {
    return this.#core.ledger.of(volume).lastBackup?.time;
  }

  /** What a drill last proved of the volume's backups; undefined where there never was one. At once. */
  lastDrill(volume: string): DrillEvidence | undefined {
    return this.#core.ledger.of(volume).lastDrill ?? undefined;
  }

  /** Ends what is under way by itself; users' own work has ended with the server. */
  async close(): Promise<void> {
    await this.#scheduler.close();
    await this.#core.webhook?.close();
    this.#closing.abort();
    await this.#settling;
  }

  async #settle(): Promise<void> {
    await startStopped(this.#core, this.#core.log);
    try {
      // It reads the record of every volume, which a start leaves for later.
      await sleep(settleMs, undefined, { ref: false, signal: this.#closing.signal });
      await clearDrills(this.#core);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#core.log.error({ err: error }, 'could not remove what is left of a drill');
    }
  }

  #summary({ name, location, isDefault, keyIsOurs, createdAt }: RepositoryRecord): RepositorySummary {
    const keyFile = this.#core.repositories.keyFile(name);
    return { name, location: maskedLocation(location), isDefault, keyFile, keyIsOurs, createdAt };
  }
}
