import { defineCommand } from '../../command.ts';
import { text, toggle } from '../../flags/index.ts';
import { FORMAT_HELP } from '../../format/format-help.ts';
import { renderList } from '../../format/listing.ts';
import { SNAPSHOTS, snapshotsOf } from './listing.ts';

export const ls = defineCommand({
  usage: '[OPTIONS] VOLUME',
  flags: { format: text(FORMAT_HELP), quiet: toggle('Show only names', { short: 'q' }) },
  args: { min: 1, max: 1 },
  completes: ['volume'],
  async run({ app, values: { format, quiet }, args: [volume = ''] }) {
    app.stdout.write(renderList(SNAPSHOTS, await snapshotsOf(app, volume), { format, quiet }));
    return 0;
  },
});
