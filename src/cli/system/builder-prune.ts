import { encodeFilters } from '../../client/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { bytes, filters, toggle } from '../flags/index.ts';
import { humanSize } from '../format/units.ts';

export const prune = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    all: toggle('Remove all of the build cache', { short: 'a' }),
    filter: filters('Remove only what matches, such as "until=24h"'),
    force: toggle('Do not ask', { short: 'f' }),
    'keep-storage': bytes('How much to keep'),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const { SpaceReclaimed } = await app.client().json<{ SpaceReclaimed: number }>({
      method: 'POST',
      path: '/build/prune',
      query: { all: values.all, 'keep-storage': values['keep-storage'], filters: encodeFilters(values.filter) },
    });
    say(app, `Total reclaimed space: ${humanSize(SpaceReclaimed)}`);
    return 0;
  },
});
