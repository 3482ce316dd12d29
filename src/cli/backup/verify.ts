import type { BackupVerified } from '../../wire/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { followWork } from '../progress/follow-work.ts';
import { backupsPath } from './paths.ts';
import { repoFlag } from './repo-flag.ts';

export const verify = defineCommand({
  usage: '[OPTIONS]',
  details:
    'Checks that all that the backups need is there. With --read-data also that every byte is what was written, for which all\n' +
    'of the repository is read; --subset reads a part of it. What proves a restore is backup drill.',
  flags: {
    'read-data': toggle('Read all data'),
    repo: repoFlag,
    subset: text('Read a part of the data: 1/10, 5% or 2G', { placeholder: 'part' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const body = { repository: values.repo, readData: values['read-data'], subset: values.subset };
    const request = { method: 'POST' as const, path: backupsPath('/verify'), body };
    const { repository, snapshots, read } = await followWork<BackupVerified>(app, request, { what: 'Checking' });
    say(app, `${repository}: no errors in ${snapshots} ${snapshots === 1 ? 'backup' : 'backups'} (data read: ${read})`);
    return 0;
  },
});
