import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';

export const rm = defineCommand({
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  details: 'A volume that a container refers to, running or not, is not removed.',
  flags: { force: toggle('Do not mind volumes that are not there', { short: 'f' }) },
  args: { min: 1 },
  completes: ['volume'],
  run: ({ app, values, args }) =>
    forEachName(app, args, async (name) => {
      await app.client().send({ method: 'DELETE', path: named('volume', name), query: { force: values.force } });
      return name;
    }),
});
