import { encodeFilters } from '../../client/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { confirmRemoval } from '../confirm.ts';
import { filters, toggle } from '../flags/index.ts';
import { humanSize } from '../format/units.ts';

export const prune = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    filter: filters('Remove only containers that match, such as "until=24h" or "label=KEY"'),
    force: toggle('Do not ask', { short: 'f' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    if (!values.force && !(await confirmRemoval(app, 'This will remove all stopped containers.'))) return 0;
    const pruned = await app.client().json<{ ContainersDeleted: string[] | null; SpaceReclaimed: number }>({
      method: 'POST',
      path: '/containers/prune',
      query: { filters: encodeFilters(values.filter) },
    });
    const ids = pruned.ContainersDeleted ?? [];
    if (ids.length > 0) say(app, `Deleted Containers:\n${ids.join('\n')}\n`);
    say(app, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    return 0;
  },
});
