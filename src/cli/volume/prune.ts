import { encodeFilters } from '../../client/index.ts';
import { invalidArgument } from '../../errors/index.ts';
import { type App, say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { confirmRemoval } from '../confirm.ts';
import { filters, toggle } from '../flags/index.ts';
import { alignColumns } from '../format/columns.ts';
import { humanSize } from '../format/units.ts';

/** POST /volumes/prune */
export interface VolumesPruned {
  VolumesDeleted: string[] | null;
  SpaceReclaimed: number;
}

/** POST /holdfast/v1/volumes/prune */
interface OwnPruned {
  deleted: string[];
  /** Protected ones. */
  kept: string[];
  reclaimed: number;
}

export const prune = defineCommand({
  usage: '[OPTIONS]',
  details:
    'Volumes without a name of their own go; those you named stay unless you say --all, and protected ones stay.\nWhat goes is kept in the trash for a while, and takes up its space until then.',
  examples: [
    {
      what: 'What would go of what nobody has used for a month',
      command: 'holdfast volume prune --all --filter unused-for=30d --dry-run',
    },
  ],
  flags: {
    all: toggle('Remove volumes with a name too', { short: 'a' }),
    'dry-run': toggle('Only show what would be removed, with sizes as far as they are known'),
    filter: filters('Remove only volumes that match, such as "label=KEY", "label!=KEY" or "unused-for=30d"'),
    force: toggle('Do not ask', { short: 'f' }),
    now: toggle('Delete them for good, instead of keeping them in the trash'),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const wanted = new Map(values.filter);
    if (values.all && wanted.has('all'))
      throw invalidArgument('conflicting options: cannot specify both --all and --filter all=1');
    if (values.all) wanted.set('all', ['true']);
    if (values['dry-run']) return showPrunable(app, encodeFilters(wanted));
    const what = values.all || wanted.has('all') ? 'all' : 'anonymous';
    const warning = `This will remove ${what} local volumes not used by at least one container.`;
    if (!values.force && !(await confirmRemoval(app, warning))) return 0;
    const { deleted, kept, reclaimed } = await app.client().json<OwnPruned>({
      method: 'POST',
      path: '/holdfast/v1/volumes/prune',
      query: { filters: encodeFilters(wanted), now: values.now },
    });
    if (deleted.length > 0) say(app, `Deleted Volumes:\n${deleted.join('\n')}\n`);
    say(app, `Total reclaimed space: ${humanSize(reclaimed)}`);
    if (kept.length > 0) warn(app, `Kept, because they are protected: ${kept.join(', ')}`);
    return 0;
  },
});

/** GET /holdfast/v1/prunable-volumes; null for a size that is not known yet. */
interface PrunableVolumes {
  volumes: Array<{ name: string; size: number | null }>;
  size: number;
}

async function showPrunable(app: App, wanted: string | undefined): Promise<number> {
  const found = await app.client().json<PrunableVolumes>({
    method: 'GET',
    path: '/holdfast/v1/prunable-volumes',
    query: { filters: wanted },
  });
  const rows = found.volumes.map(({ name, size }) => `${name}\t${size === null ? '-' : humanSize(size)}\n`);
  app.stdout.write(alignColumns(`VOLUME NAME\tSIZE\n${rows.join('')}`));
  say(app, `\nWould be removed: ${found.volumes.length}, with ${humanSize(found.size)}`);
  return 0;
}
