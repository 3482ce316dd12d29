import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { toggle } from '../flags/index.ts';
import { poolPath } from './own-path.ts';

export const rm = defineCommand({
  usage: '[OPTIONS] POOL [POOL...]',
  details: 'A pool that holds volumes, in use or removed, stays.',
  flags: { force: toggle('Give up a pool that is out of reach; nothing in it is touched', { short: 'f' }) },
  args: { min: 1 },
  completes: ['pool'],
  run: ({ app, values, args }) =>
    forEachName(app, args, async (name) => {
      await app.client().send({ method: 'DELETE', path: poolPath(name), query: { force: values.force } });
      return name;
    }),
});
