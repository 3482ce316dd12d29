import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';
import { ownVolume } from './own-path.ts';

export const rm = defineCommand({
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  details:
    'A volume that a container refers to, running or not, is not removed. A removed one is kept in the trash for a while:\n"holdfast volume trash restore VOLUME" brings it back.',
  flags: {
    force: toggle('Do not mind volumes that are not there', { short: 'f' }),
    now: toggle('Delete it for good, instead of keeping it in the trash'),
  },
  args: { min: 1 },
  completes: ['volume'],
  run: ({ app, values, args }) =>
    forEachName(app, args, async (name) => {
      const { force, now } = values;
      const path = now ? ownVolume(name) : named('volume', name);
      await app.client().send({ method: 'DELETE', path, query: now ? { force, now } : { force } });
      return name;
    }),
});
