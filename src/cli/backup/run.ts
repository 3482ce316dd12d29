import type { BackupMade, BackupRunAnswer } from '../../wire/index.ts';
import { say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { humanSize } from '../format/units.ts';
import { followWork } from '../progress/follow-work.ts';
import { backupsPath } from './paths.ts';
import { repoFlag } from './repo-flag.ts';

export const run = defineCommand({
  usage: ['[OPTIONS] VOLUME [VOLUME...]', '[OPTIONS] --project PROJECT', '[OPTIONS] --all'],
  details:
    'Without any repository, one is made on this machine. Only what has changed is stored, encrypted. Interrupting a run is\n' +
    'fine: the next one goes on from what is in the repository already. See docs/backups.md for how databases are backed up.',
  flags: {
    all: toggle('Back up all volumes', { short: 'a' }),
    freeze: toggle('Freeze the containers that use it while it is read, in a pool without instant copies'),
    project: text('Back up the volumes of a Compose project', { short: 'p' }),
    quiet: toggle('Show only IDs of backups', { short: 'q' }),
    repo: repoFlag,
  },
  args: { min: 0 },
  completes: ['volume'],
  examples: [
    { what: 'Back up two volumes', command: 'holdfast backup run mydata uploads' },
    { what: 'Back up everything to another repository', command: 'holdfast backup run --all --repo offsite' },
  ],
  async run({ app, values, args }) {
    const body = {
      volumes: args,
      project: values.project,
      all: values.all,
      repository: values.repo,
      freeze: values.freeze,
    };
    const request = { method: 'POST' as const, path: backupsPath('/run'), body };
    const { backups, failures, notices } = await followWork<BackupRunAnswer>(app, request, { what: 'Backing up' });
    for (const made of backups) say(app, values.quiet ? made.id : describe(made));
    for (const notice of notices) warn(app, `WARNING: ${notice}`);
    for (const { volume, message } of failures) warn(app, `backup of ${volume} failed: ${message}`);
    return failures.length === 0 ? 0 : 1;
  },
});

function describe({ volume, id, repository, bytes, files, added, seconds, consistency }: BackupMade): string {
  const size = `${humanSize(bytes, 3)} in ${files} ${files === 1 ? 'file' : 'files'}, ${humanSize(added, 3)} new`;
  return `${volume}: backup ${id} in ${repository} (${size}, ${seconds.toFixed(1)}s, ${consistency})`;
}
