import { defineCommand } from '../../command.ts';
import { text, toggle } from '../../flags/index.ts';
import { FORMAT_HELP } from '../../format/format-help.ts';
import { renderList } from '../../format/listing.ts';
import { TRASH_LISTING, trashItems } from './listing.ts';

export const ls = defineCommand({
  usage: '[OPTIONS]',
  details: 'Each goes at its time, or earlier where the trash or the disk is full.',
  flags: {
    format: text(FORMAT_HELP),
    quiet: toggle('Show only ids', { short: 'q' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values: { format, quiet } }) {
    app.stdout.write(renderList(TRASH_LISTING, await trashItems(app), { format, quiet }));
    return 0;
  },
});
