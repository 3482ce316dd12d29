import { encodeFilters } from '../../client/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { confirmRemoval } from '../confirm.ts';
import { filters, toggle } from '../flags/index.ts';

/** POST /networks/prune */
export interface NetworksPruned {
  NetworksDeleted: string[] | null;
}

export const prune = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    filter: filters('Remove only networks that match, such as "until=24h" or "label=KEY"'),
    force: toggle('Do not ask', { short: 'f' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const warning = 'This will remove all custom networks not used by at least one container.';
    if (!values.force && !(await confirmRemoval(app, warning))) return 0;
    const pruned = await app.client().json<NetworksPruned>({
      method: 'POST',
      path: '/networks/prune',
      query: { filters: encodeFilters(values.filter) },
    });
    const names = pruned.NetworksDeleted ?? [];
    if (names.length > 0) say(app, `Deleted Networks:\n${names.join('\n')}\n`);
    return 0;
  },
});
