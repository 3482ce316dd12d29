import { say } from '../../app.ts';
import { defineCommand } from '../../command.ts';
import { confirmRemoval } from '../../confirm.ts';
import { text, toggle } from '../../flags/index.ts';
import { humanSize } from '../../format/units.ts';
import { TRASH } from './listing.ts';

export const empty = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    force: toggle('Do not ask', { short: 'f' }),
    'older-than': text('Only what was removed longer ago than that: 3d, 12h'),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const age = values['older-than'];
    const which = age === '' ? 'all removed volumes' : `volumes that were removed more than ${age} ago`;
    if (!values.force && !(await confirmRemoval(app, `This will delete ${which} for good.`))) return 0;
    const { deleted, reclaimed } = await app.client().json<{ deleted: string[]; reclaimed: number }>({
      method: 'POST',
      path: `${TRASH}/empty`,
      body: age === '' ? {} : { olderThan: age },
    });
    if (deleted.length > 0) say(app, `Deleted:\n${deleted.join('\n')}\n`);
    say(app, `Total reclaimed space: ${humanSize(reclaimed)}`);
    return 0;
  },
});
