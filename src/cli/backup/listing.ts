import type { BackupEntry } from '../../wire/index.ts';
import type { Listing } from '../format/listing.ts';
import { ago, goTimeOf } from '../format/time.ts';

/** What `backup ls` shows of a backup. */
export const BACKUPS: Listing<BackupEntry> = {
  typeName: 'backupContext',
  columns: {
    Consistency: { header: 'CONSISTENCY', value: ({ consistency }) => consistency },
    CreatedAt: { header: 'CREATED AT', value: ({ time }) => goTimeOf(time) },
    Host: { header: 'HOST', value: ({ host }) => host },
    ID: { header: 'BACKUP ID', value: ({ id }) => id },
    Repository: { header: 'REPOSITORY', value: ({ repository }) => repository },
    RunningFor: { header: 'CREATED', value: ({ time }) => ago(Date.parse(time) / 1000) },
    Volume: { header: 'VOLUME', value: ({ volume }) => volume },
  },
  table: '{{.ID}}\t{{.Volume}}\t{{.RunningFor}}\t{{.Consistency}}\t{{.Host}}\t{{.Repository}}',
  quiet: '{{.ID}}',
};
