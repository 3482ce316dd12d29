import { invalidArgument } from '../../../errors/index.ts';
import { defineCommand } from '../../command.ts';
import { forEachName } from '../../each.ts';
import { TRASH } from './listing.ts';

export const rm = defineCommand({
  usage: 'ID|NAME [ID|NAME...]',
  details: 'A name means the last volume that was removed under it. What is deleted here cannot be had back.',
  flags: {},
  args: { min: 1 },
  completes: ['trash'],
  run: ({ app, args }) =>
    forEachName(app, args, async (reference) => {
      if (reference === '') throw invalidArgument('invalid trash ID or name: value is empty');
      await app.client().send({ method: 'DELETE', path: `${TRASH}/${reference.replaceAll('/', '%2F')}` });
      return reference;
    }),
});
