import type { BackupStatus } from '../../wire/index.ts';
import { warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { type Listing, renderList } from '../format/listing.ts';
import { ago } from '../format/time.ts';
import { humanSize } from '../format/units.ts';
import { backupsPath } from './paths.ts';

const since = (time: string | undefined): string => (time === undefined ? 'never' : ago(Date.parse(time) / 1000));

const STATUS: Listing<BackupStatus> = {
  typeName: 'backupStatusContext',
  columns: {
    Drill: {
      header: 'PROVEN RESTORABLE',
      value: ({ lastDrill }) => (lastDrill?.passed === false ? 'failed' : since(lastDrill?.at)),
    },
    Failure: {
      header: 'FAILURE',
      value: ({ isFailing, lastFailure }) => (isFailing ? (lastFailure?.message ?? '') : ''),
    },
    Keep: { header: 'KEEP', value: ({ keep }) => keep },
    LastBackup: { header: 'LAST BACKUP', value: ({ lastBackup }) => since(lastBackup?.time) },
    Next: { header: 'NEXT', value: ({ next }) => next },
    Repository: { header: 'REPOSITORY', value: ({ lastBackup }) => lastBackup?.repository ?? '' },
    Schedule: { header: 'SCHEDULE', value: ({ schedule }) => schedule },
    Size: { header: 'SIZE', value: ({ lastBackup }) => (lastBackup === null ? '' : humanSize(lastBackup.bytes, 3)) },
    State: {
      header: 'STATE',
      value: ({ isRunning, isFailing }) => (isRunning ? 'running' : isFailing ? 'failing' : 'ok'),
    },
    Volume: { header: 'VOLUME', value: ({ volume }) => volume },
  },
  table: '{{.Volume}}\t{{.State}}\t{{.LastBackup}}\t{{.Size}}\t{{.Schedule}}\t{{.Keep}}\t{{.Drill}}',
  quiet: '{{.Volume}}',
};

export const status = defineCommand({
  usage: '[OPTIONS]',
  details: 'Exit code 1 where the last try to back up a volume failed.',
  flags: { format: text(FORMAT_HELP) },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const all = await app.client().json<BackupStatus[]>({ method: 'GET', path: backupsPath('/status') });
    app.stdout.write(renderList(STATUS, all, { format: values.format }));
    const failing = all.filter(({ isFailing }) => isFailing);
    for (const { volume, lastFailure } of failing) warn(app, `${volume}: ${lastFailure?.message}`);
    return failing.length === 0 ? 0 : 1;
  },
});
