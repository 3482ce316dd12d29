import { encodeFilters } from '../../client/index.ts';
import type { ImageDeletion } from '../../wire/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { confirmRemoval } from '../confirm.ts';
import { filters, toggle } from '../flags/index.ts';
import { humanSize } from '../format/units.ts';
import { deletionText } from './rm.ts';

/** POST /images/prune */
export interface ImagesPruned {
  ImagesDeleted: ImageDeletion[] | null;
  SpaceReclaimed: number;
}

export const prune = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    all: toggle('Remove all unused images, not just dangling ones', { short: 'a' }),
    filter: filters('Remove only images that match, such as "until=24h" or "label=KEY"'),
    force: toggle('Do not ask', { short: 'f' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const what = values.all ? 'all images without at least one container associated to them' : 'all dangling images';
    if (!values.force && !(await confirmRemoval(app, `This will remove ${what}.`))) return 0;
    const wanted = new Map(values.filter).set('dangling', [String(!values.all)]);
    const pruned = await app.client().json<ImagesPruned>({
      method: 'POST',
      path: '/images/prune',
      query: { filters: encodeFilters(wanted) },
    });
    const steps = prunedImages(pruned);
    if (steps.length > 0) say(app, `Deleted Images:\n${steps.join('\n')}\n`);
    say(app, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    return 0;
  },
});

/** What became of the images, one line a step. */
export function prunedImages({ ImagesDeleted }: ImagesPruned): string[] {
  return (ImagesDeleted ?? []).map(deletionText).map((line) => line.charAt(0).toLowerCase() + line.slice(1));
}
