import { isKind } from '../../errors/index.ts';
import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';

export const rm = defineCommand({
  usage: 'NETWORK [NETWORK...]',
  flags: { force: toggle('Do not mind networks that are not there', { short: 'f' }) },
  args: { min: 1 },
  completes: ['network'],
  run: ({ app, values, args }) =>
    forEachName(app, args, async (name) => {
      try {
        await app.client().send({ method: 'DELETE', path: named('network', name) });
        return name;
      } catch (error) {
        if (values.force && isKind(error, 'not-found')) return undefined;
        throw error;
      }
    }),
});
