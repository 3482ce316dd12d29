import { invalidArgument } from '../../../errors/index.ts';
import { say } from '../../app.ts';
import { defineCommand } from '../../command.ts';
import { text, toggle } from '../../flags/index.ts';
import { ownVolume } from '../own-path.ts';
import { freezeFlags, freezeOf } from './freeze-flags.ts';

/** The volume's labels that say it, which can also be given in a Compose file. */
const LABEL = 'holdfast.snapshot';

export const schedule = defineCommand({
  usage: ['[OPTIONS] VOLUME SCHEDULE', '--off VOLUME'],
  details:
    'SCHEDULE is @hourly, @daily, @weekly or @monthly, or five fields as cron has them, in the daemon’s time. What was missed while\nthe daemon was off is made up for once. Only snapshots made so are removed when --keep is over. It is kept in the volume’s labels\nholdfast.snapshot.schedule, .keep and .freeze, which a Compose file can give as well.',
  flags: {
    ...freezeFlags,
    keep: text('How many to keep, of hours, days, weeks, months, years (default 24h,7d,4w)'),
    off: toggle('Make no more; those that there are stay'),
  },
  args: { min: 1, max: 2 },
  completes: ['volume'],
  examples: [
    { what: 'Each hour', command: 'holdfast volume snapshot schedule db @hourly --keep 24h,7d,4w' },
    { what: 'At half past three each night', command: 'holdfast volume snapshot schedule db "30 3 * * *" --keep 7d' },
  ],
  async run({ app, values, args: [volume = '', when] }) {
    if (values.off === (when !== undefined)) throw invalidArgument('say when, such as @daily, or --off');
    const { freeze } = freezeOf(values);
    const labels = {
      [`${LABEL}.schedule`]: when,
      [`${LABEL}.keep`]: values.keep || undefined,
      [`${LABEL}.freeze`]: freeze === undefined ? undefined : String(freeze),
    };
    const set = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined));
    // Said anew as a whole: what is left out goes back to what it is by itself.
    const removeLabels = Object.keys(labels).filter((label) => !(label in set));
    await app.client().json({ method: 'PATCH', path: ownVolume(volume), body: { labels: set, removeLabels } });
    say(app, volume);
    return 0;
  },
});
