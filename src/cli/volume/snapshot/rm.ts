import { defineCommand } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { snapshotPath } from './listing.ts';

export const rm = defineCommand({
  usage: 'VOLUME SNAPSHOT [SNAPSHOT...]',
  flags: {},
  args: { min: 2 },
  completes: ['volume'],
  run: ({ app, args: [volume = '', ...names] }) =>
    forEachName(app, names, async (name) => {
      await app.client().send({ method: 'DELETE', path: snapshotPath(volume, name) });
      return name;
    }),
});
