import * as z from 'zod';
import type { BackupDefaults } from '../backups/index.ts';
import { parseRetention, Schedule } from '../calendar/index.ts';
import { invalidArgument } from '../errors/index.ts';

/** The settings on backups: only the configuration file has them, and the environment the webhook, whose address is secret. */
export interface BackupSettings {
  defaults: BackupDefaults;
  /** "" for none. */
  webhook: string;
}

export const backupSettingsSchema = z.strictObject({
  schedule: z.string().optional(),
  keep: z.string().optional(),
  webhook: z.string().optional(),
});

/** @throws invalid-argument for a schedule, a retention or an address that is none; the address itself is not told. */
export function backupSettings(
  file: z.output<typeof backupSettingsSchema> = {},
  environment: NodeJS.ProcessEnv = {},
): BackupSettings {
  const { schedule = '', keep = '' } = file;
  const webhook = environment.HOLDFAST_BACKUP_WEBHOOK ?? file.webhook ?? '';
  if (schedule !== '') Schedule.parse(schedule);
  if (keep !== '') parseRetention(keep);
  if (webhook !== '' && !isWebAddress(webhook)) throw invalidArgument('backups.webhook is no http(s) address');
  return { defaults: { schedule, keep }, webhook };
}

function isWebAddress(text: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol);
  } catch {
    // Not even a URL.
    return false;
  }
}
