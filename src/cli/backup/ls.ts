import type { BackupEntry } from '../../wire/index.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { renderList } from '../format/listing.ts';
import { BACKUPS } from './listing.ts';
import { backupsPath } from './paths.ts';
import { repoFlag } from './repo-flag.ts';

export const ls = defineCommand({
  usage: '[OPTIONS] [VOLUME]',
  flags: { format: text(FORMAT_HELP), quiet: toggle('Show only IDs', { short: 'q' }), repo: repoFlag },
  args: { min: 0, max: 1 },
  completes: ['volume'],
  async run({ app, values, args }) {
    const query = { volume: args[0] ?? '', repository: values.repo };
    const backups = await app.client().json<BackupEntry[]>({ method: 'GET', path: backupsPath(), query });
    app.stdout.write(renderList(BACKUPS, backups, { format: values.format, quiet: values.quiet }));
    return 0;
  },
});
