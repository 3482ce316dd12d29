import { isKind, messageOf } from '../../errors/index.ts';
import type { ImageDeletion } from '../../wire/index.ts';
import { say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { commaList, toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';

export const rm = defineCommand({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  flags: {
    force: toggle('Remove an image that has several names or stopped containers', { short: 'f' }),
    'no-prune': toggle('Keep parents that have no name'),
    platform: commaList('The image’s own platform is the only one there is', { hidden: true }),
  },
  args: { min: 1 },
  completes: ['image'],
  async run({ app, values, args }) {
    let failed = false;
    // One after the other: what is removed by one name may be what the next name means.
    for (const name of args) {
      try {
        const deletions = await app.client().json<ImageDeletion[]>({
          method: 'DELETE',
          path: named('image', name),
          query: { force: values.force, noprune: values['no-prune'] },
        });
        for (const deletion of deletions) say(app, deletionText(deletion));
      } catch (error) {
        if (isKind(error, 'unavailable')) throw error;
        failed ||= !(values.force && isKind(error, 'not-found'));
        warn(app, messageOf(error));
      }
    }
    return failed ? 1 : 0;
  },
});

/** `Untagged: x` or `Deleted: x`. */
export const deletionText = (deletion: ImageDeletion): string =>
  'Untagged' in deletion ? `Untagged: ${deletion.Untagged}` : `Deleted: ${deletion.Deleted}`;
