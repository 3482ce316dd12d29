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
  NewRepository,
  RepositoryAdded,
  RepositorySummary,
} from '../../../wire/index.ts';
import type { WorkProgress } from './progress-stream.ts';

interface Tools {
  signal: AbortSignal;
  onProgress: (progress: WorkProgress) => void;
}

/** What the routes need of backups. */
export interface BackupsBackend {
  repositories(): RepositorySummary[];
  addRepository(wanted: NewRepository, signal: AbortSignal): Promise<RepositoryAdded>;
  removeRepository(name: string): Promise<{ keptKey: string }>;
  list(wanted: { volume: string; repository: string }, signal: AbortSignal): Promise<BackupEntry[]>;
  run(wanted: BackupRun, tools: Tools): Promise<BackupRunAnswer>;
  restore(wanted: BackupRestore, tools: Tools): Promise<BackupRestored>;
  drill(wanted: BackupDrill, tools: Tools): Promise<DrillEvidence>;
  prune(wanted: BackupPrune, tools: Tools): Promise<BackupPruned>;
  status(): Promise<BackupStatus[]>;
  verify(wanted: BackupVerify, tools: Tools): Promise<BackupVerified>;
}
