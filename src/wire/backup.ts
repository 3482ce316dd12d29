import * as z from 'zod';

/*
 * Backups, below /holdfast/v1/backups: what is asked for and answered. Times are RFC 3339, sizes in bytes.
 */

/** A place for backups, and what opens it. */
export const newRepositorySchema = z.object({
  name: z.string(),
  location: z.string().describe('as restic writes it: a path, s3:…, sftp:…, rest:…, b2:…'),
  key: z.string().optional().describe('without it a new repository gets a key of its own'),
  environment: z.record(z.string(), z.string()).optional().describe('what its place asks for: AWS_ACCESS_KEY_ID, …'),
  isDefault: z.boolean().optional(),
});
export type NewRepository = z.output<typeof newRepositorySchema>;

export const repositorySummarySchema = z.object({
  name: z.string(),
  location: z.string().describe('with secrets masked'),
  isDefault: z.boolean(),
  keyFile: z.string().describe('where the key lies on the host of the daemon'),
  keyIsOurs: z.boolean().describe('the key was made here'),
  createdAt: z.string(),
});
export type RepositorySummary = z.output<typeof repositorySummarySchema>;

export const repositoryAddedSchema = repositorySummarySchema.extend({
  wasThere: z.boolean().describe('there was a repository already, which the key opens'),
});
export type RepositoryAdded = z.output<typeof repositoryAddedSchema>;

/** Which volumes: by name, of a Compose project, or all of them. */
export const backupRunSchema = z.object({
  volumes: z.array(z.string()).default([]),
  project: z.string().default(''),
  all: z.boolean().default(false),
  repository: z.string().default(''),
  freeze: z.boolean().default(false).describe('freeze the containers for the run where there are no instant copies'),
});
export type BackupRun = z.output<typeof backupRunSchema>;

/** How the files of a backup came to belong together; `live` ones may not. */
export const consistencySchema = z.enum(['snapshot', 'frozen', 'stopped', 'unused', 'live']);
export type Consistency = z.output<typeof consistencySchema>;

export const backupMadeSchema = z.object({
  volume: z.string(),
  repository: z.string(),
  id: z.string().describe("restic's id of the snapshot"),
  time: z.string(),
  consistency: consistencySchema,
  bytes: z.number().describe('of all files in it'),
  files: z.number(),
  added: z.number().describe('bytes that were new to the repository'),
  seconds: z.number(),
});
export type BackupMade = z.output<typeof backupMadeSchema>;

export const backupFailureSchema = z.object({ volume: z.string(), message: z.string() });
export type BackupFailure = z.output<typeof backupFailureSchema>;

export const backupRunAnswerSchema = z.object({
  backups: z.array(backupMadeSchema),
  failures: z.array(backupFailureSchema),
  notices: z.array(z.string()),
});
export type BackupRunAnswer = z.output<typeof backupRunAnswerSchema>;

export const backupEntrySchema = z.object({
  id: z.string(),
  time: z.string(),
  volume: z.string(),
  host: z.string(),
  repository: z.string(),
  consistency: z.string(),
});
export type BackupEntry = z.output<typeof backupEntrySchema>;

export const backupRestoreSchema = z.object({
  volume: z.string(),
  at: z.string().default('').describe('a time or the id of a backup; the latest where empty'),
  to: z.string().default('').describe('the name of a new volume; over the old one where empty'),
  path: z.string().default('').describe('only this file or folder'),
  repository: z.string().default(''),
});
export type BackupRestore = z.output<typeof backupRestoreSchema>;

export const backupRestoredSchema = z.object({
  volume: z.string(),
  from: backupEntrySchema,
  bytes: z.number(),
  seconds: z.number(),
  replaced: z.string().describe('where what was there before is kept; "" where there was nothing'),
});
export type BackupRestored = z.output<typeof backupRestoredSchema>;

export const backupVerifySchema = z.object({
  repository: z.string().default(''),
  readData: z.boolean().default(false).describe('read all data, not only what describes it'),
  subset: z.string().default('').describe('read a part of the data: 1/10, 5% or 2G'),
});
export type BackupVerify = z.output<typeof backupVerifySchema>;

export const backupVerifiedSchema = z.object({
  repository: z.string(),
  snapshots: z.number(),
  read: z.string().describe('how much of the data was read: all, a subset, or none'),
  seconds: z.number(),
});
export type BackupVerified = z.output<typeof backupVerifiedSchema>;

export const backupPruneSchema = z.object({
  repository: z.string().default(''),
  keep: z.string().default('').describe("such as 7d,4w,6m; the volume's own label where empty"),
  volumes: z.array(z.string()).default([]),
  dryRun: z.boolean().default(false),
});
export type BackupPrune = z.output<typeof backupPruneSchema>;

export const backupPrunedSchema = z.object({
  repository: z.string(),
  removed: z.array(backupEntrySchema),
  kept: z.number(),
});
export type BackupPruned = z.output<typeof backupPrunedSchema>;

export const backupDrillSchema = z.object({
  volume: z.string(),
  at: z.string().default(''),
  command: z.array(z.string()).default([]).describe('run in the container; its exit code 0 proves the restore'),
  container: z.string().default('').describe('whose image and command to use, where several use the volume'),
  timeoutSeconds: z.number().default(120),
  repository: z.string().default(''),
});
export type BackupDrill = z.output<typeof backupDrillSchema>;

/** What a drill proved, kept as evidence. */
export const drillEvidenceSchema = z.object({
  volume: z.string(),
  at: z.string(),
  snapshot: z.string(),
  repository: z.string(),
  image: z.string().describe("the image's digest"),
  proof: z.string().describe('what was waited for: the health check, or the command'),
  passed: z.boolean(),
  message: z.string().describe('why it did not pass'),
  seconds: z.number(),
});
export type DrillEvidence = z.output<typeof drillEvidenceSchema>;

export const backupStatusSchema = z.object({
  volume: z.string(),
  exists: z.boolean().describe('there is a volume of that name now'),
  lastBackup: backupMadeSchema.nullable(),
  lastFailure: z.object({ at: z.string(), message: z.string() }).nullable(),
  lastDrill: drillEvidenceSchema.nullable(),
  isRunning: z.boolean(),
  isFailing: z.boolean().describe('the last try failed'),
  schedule: z.string(),
  next: z.string().describe('when the schedule runs next; "" without one'),
  keep: z.string(),
});
export type BackupStatus = z.output<typeof backupStatusSchema>;
