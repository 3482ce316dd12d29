import { HoldfastError, isKind } from '../../errors/index.ts';
import type { ImageDeletion } from '../../wire/index.ts';
import { say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { commaList, toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';

export const rm = defineCommand({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  flags: {
    force: toggle('Force removal of the image', { short: 'f' }),
    'no-prune': toggle('Do not delete untagged parents'),
    platform: commaList('Remove only the given platform, such as linux/amd64', { hidden: true }),
  },
  args: { min: 1 },
  completes: ['image'],
  async run({ app, values, args }) {
    const failures: HoldfastError[] = [];
    for (const image of args) {
      try {
        const done = await app.client().json<ImageDeletion[]>({
          method: 'DELETE',
          path: named('image', image),
          query: { force: values.force, noprune: values['no-prune'] },
        });
        for (const step of done) say(app, deletionText(step));
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        failures.push(error);
      }
    }
    for (const failure of failures) warn(app, failure.message);
    // Forced, an image that is not there is as wanted.
    return failures.some((failure) => !values.force || !isKind(failure, 'not-found')) ? 1 : 0;
  },
});

/** `Untagged: x` or `Deleted: x`. */
export function deletionText(step: ImageDeletion): string {
  return 'Deleted' in step ? `Deleted: ${step.Deleted}` : `Untagged: ${step.Untagged}`;
}
