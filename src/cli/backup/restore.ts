import type { BackupRestored } from '../../wire/index.ts';
import { say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { humanSize } from '../format/units.ts';
import { followWork } from '../progress/follow-work.ts';
import { backupsPath } from './paths.ts';
import { repoFlag } from './repo-flag.ts';

export const restore = defineCommand({
  usage: '[OPTIONS] VOLUME[@TIME|@ID]',
  details:
    'Takes the latest backup of the volume, the latest until TIME (2026-11-24T10:00, or 3h for three hours ago), or the one\n' +
    'with that ID. The volume comes back with its labels and options; of one that is there, and that nothing running uses,\n' +
    'the data is replaced in one step, and what it had goes into the trash.',
  flags: {
    path: text('Restore only this file or folder of the volume', { placeholder: 'path' }),
    repo: repoFlag,
    to: text('Name of a new volume to make', { placeholder: 'volume' }),
  },
  args: { min: 1, max: 1 },
  completes: ['volume'],
  examples: [
    { what: 'Bring back a volume that is gone', command: 'holdfast backup restore mydata' },
    { what: 'Look at yesterday’s beside today’s', command: 'holdfast backup restore mydata@24h --to yesterday' },
  ],
  async run({ app, values, args }) {
    const { volume, at } = splitAt(args[0] ?? '');
    const body = { volume, at, to: values.to, path: values.path, repository: values.repo };
    const request = { method: 'POST' as const, path: backupsPath('/restore'), body };
    const restored = await followWork<BackupRestored>(app, request, { what: 'Restoring' });
    const { from, bytes, seconds, replaced } = restored;
    say(app, restored.volume);
    warn(app, `Restored backup ${from.id} of ${from.time} (${humanSize(bytes, 3)}, ${seconds.toFixed(1)}s).`);
    if (replaced !== '') warn(app, `What was there before is kept: ${replaced}`);
    return 0;
  },
});

/** Names of volumes have no `@`. */
export function splitAt(word: string): { volume: string; at: string } {
  const index = word.indexOf('@');
  return index < 0 ? { volume: word, at: '' } : { volume: word.slice(0, index), at: word.slice(index + 1) };
}
