import { invalidArgument } from '../../../errors/index.ts';
import { defineCommand } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { text } from '../../flags/index.ts';
import { TRASH } from './listing.ts';

export const restore = defineCommand({
  usage: '[OPTIONS] [ID|NAME...]',
  details:
    'A volume comes back with its data, labels, options and snapshots. A name means the last volume that was removed under it;\nwithout any, the volume that was removed last comes back.',
  flags: { as: text('Another name for the volume, where a new one has its own') },
  args: { min: 0 },
  completes: ['trash'],
  examples: [
    { what: 'Undo the last removal', command: 'holdfast volume trash restore' },
    { what: 'Look at the old data beside the new', command: 'holdfast volume trash restore --as db-old db' },
  ],
  async run({ app, values, args }) {
    if (values.as !== '' && args.length > 1) throw invalidArgument('--as names one volume: restore one at a time');
    return forEachName(app, args.length === 0 ? [''] : args, async (reference) => {
      const body = { reference, as: values.as };
      const volume = await app.client().json<{ name: string }>({ method: 'POST', path: `${TRASH}/restore`, body });
      return volume.name;
    });
  },
});
