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
    all: toggle('Remove all images that no container is made of, not only those without a name', { short: 'a' }),
    filter: filters('Remove only images that match, such as "until=24h" or "label=KEY"'),
    force: toggle('Do not ask', { short: 'f' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const warning = values.all
      ? 'This will remove all images without at least one container associated to them.'
      : 'This will remove all dangling images.';
    if (!values.force && !(await confirmRemoval(app, warning))) return 0;
    const wanted = new Map(values.filter).set('dangling', [String(!values.all)]);
    const pruned = await app.client().json<ImagesPruned>({
      method: 'POST',
      path: '/images/prune',
      query: { filters: encodeFilters(wanted) },
    });
    const deletions = (pruned.ImagesDeleted ?? []).map(deletionText);
    if (deletions.length > 0) say(app, `Deleted Images:\n${deletions.map(decapitalised).join('\n')}\n`);
    say(app, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    return 0;
  },
});

const decapitalised = (line: string): string => line.charAt(0).toLowerCase() + line.slice(1);
