import { encodeFilters } from '../../client/index.ts';
import { invalidArgument } from '../../errors/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { confirmRemoval } from '../confirm.ts';
import { filters, toggle } from '../flags/index.ts';
import { humanSize } from '../format/units.ts';

/** POST /volumes/prune */
export interface VolumesPruned {
  VolumesDeleted: string[] | null;
  SpaceReclaimed: number;
}

export const prune = defineCommand({
  usage: '[OPTIONS]',
  details: 'Volumes without a name of their own go; those you named stay unless you say --all.',
  flags: {
    all: toggle('Remove volumes with a name too', { short: 'a' }),
    filter: filters('Remove only volumes that match, such as "label=KEY" or "label!=KEY"'),
    force: toggle('Do not ask', { short: 'f' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const wanted = new Map(values.filter);
    if (values.all && wanted.has('all'))
      throw invalidArgument('conflicting options: cannot specify both --all and --filter all=1');
    if (values.all) wanted.set('all', ['true']);
    const what = values.all || wanted.has('all') ? 'all' : 'anonymous';
    const warning = `This will remove ${what} local volumes not used by at least one container.`;
    if (!values.force && !(await confirmRemoval(app, warning))) return 0;
    const pruned = await app.client().json<VolumesPruned>({
      method: 'POST',
      path: '/volumes/prune',
      query: { filters: encodeFilters(wanted) },
    });
    const names = pruned.VolumesDeleted ?? [];
    if (names.length > 0) say(app, `Deleted Volumes:\n${names.join('\n')}\n`);
    say(app, `Total reclaimed space: ${humanSize(pruned.SpaceReclaimed)}`);
    return 0;
  },
});
