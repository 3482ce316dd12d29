import { invalidArgument } from '../../../errors/index.ts';
import { say, warn } from '../../app.ts';
import { defineCommand } from '../../command.ts';
import { text, toggle } from '../../flags/index.ts';
import { followWork } from '../../progress/follow-work.ts';
import { freezeFlags, freezeOf } from './freeze-flags.ts';
import type { SnapshotItem } from './listing.ts';

export const create = defineCommand({
  usage: ['[OPTIONS] VOLUME [VOLUME...]', '[OPTIONS] --project PROJECT'],
  details:
    'Containers that use the volumes are frozen for as long as it takes, which is milliseconds in a pool that copies instantly,\nsuch as btrfs. In others every byte is copied: say --freeze or --no-freeze there, or stop the containers first.\nSeveral volumes are snapshotted at the same moment: all of them or none.',
  flags: {
    ...freezeFlags,
    name: text('Name of the snapshot (default: the time)', { short: 'n' }),
    project: text('All volumes of that Compose project', { short: 'p' }),
    quiet: toggle('Show only the names', { short: 'q' }),
  },
  args: { min: 0 },
  completes: ['volume'],
  examples: [
    { what: 'Before an upgrade', command: 'holdfast volume snapshot create --name before-upgrade db' },
    {
      what: 'All volumes of a Compose project, as they are at one moment',
      command: 'holdfast volume snapshot create -p shop',
    },
  ],
  async run({ app, values, args }) {
    if (args.length === 0 && values.project === '') throw invalidArgument('name a volume, or a project with --project');
    const { name, project } = values;
    const body = { name, project, volumes: args, ...freezeOf(values) };
    const request = { method: 'POST', path: '/holdfast/v1/snapshots', body } as const;
    const taken = await followWork<{ snapshots: SnapshotItem[]; frozenMs: number }>(app, request, { what: 'Copying' });
    for (const snapshot of taken.snapshots)
      say(app, values.quiet ? snapshot.name : `${snapshot.volume}@${snapshot.name}`);
    if (!values.quiet && taken.frozenMs > 0) warn(app, `containers stood still for ${Math.ceil(taken.frozenMs)} ms`);
    return 0;
  },
});
