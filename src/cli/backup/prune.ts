import type { BackupPruned } from '../../wire/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { followWork } from '../progress/follow-work.ts';
import { backupsPath } from './paths.ts';
import { repoFlag } from './repo-flag.ts';

export const prune = defineCommand({
  usage: '[OPTIONS] [VOLUME...]',
  details:
    'Of each day, week and so on the newest backup stays, as far back as --keep or the volume’s label holdfast.backup.keep says.\n' +
    'Backups of other machines in the same repository stay, and so do those of volumes of which nothing is said.',
  flags: {
    'dry-run': toggle('Only say what would go', { short: 'n' }),
    keep: text('What to keep: hours, days, weeks, months, years, such as 7d,4w,6m', { placeholder: 'tiers' }),
    repo: repoFlag,
  },
  args: { min: 0 },
  completes: ['volume'],
  examples: [{ what: 'See what would go', command: 'holdfast backup prune --dry-run --keep 7d,4w,6m mydata' }],
  async run({ app, values, args }) {
    const body = { repository: values.repo, keep: values.keep, volumes: args, dryRun: values['dry-run'] };
    const request = { method: 'POST' as const, path: backupsPath('/prune'), body };
    const { removed, kept } = await followWork<BackupPruned>(app, request, { what: 'Pruning' });
    for (const { id, volume, time } of removed) say(app, `${id} ${volume} ${time}`);
    say(app, `${values['dry-run'] ? 'Would remove' : 'Removed'} ${removed.length}, kept ${kept}`);
    return 0;
  },
});
