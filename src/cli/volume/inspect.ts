import { invalidArgument } from '../../errors/index.ts';
import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { text, toggle } from '../flags/index.ts';
import { INSPECT_FORMAT_HELP, showObjects } from '../inspecting.ts';
import { named } from '../object-path.ts';
import { tellWarnings } from '../write-warnings.ts';
import { historyText } from './history.ts';
import { ownVolume } from './own-path.ts';
import type { VolumeInspection } from './view.ts';

export const inspect = defineCommand({
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  details: "What keeps a container's user from writing to the volume is told on stderr, below the JSON.",
  examples: [
    {
      what: 'Where an anonymous volume comes from, and who used it',
      command: 'holdfast volume inspect --history NAME',
    },
  ],
  flags: {
    format: text(INSPECT_FORMAT_HELP, { short: 'f' }),
    history: toggle('Show what has happened to it instead: its maker, users, snapshots, backups'),
  },
  args: { min: 1 },
  completes: ['volume'],
  async run({ app, values, args }) {
    if (values.history && values.format !== '') {
      throw invalidArgument('conflicting options: cannot specify both --history and --format');
    }
    if (values.history) {
      return forEachName(app, args, async (name) =>
        historyText(await app.client().json<VolumeInspection>({ method: 'GET', path: ownVolume(name) })),
      );
    }
    const code = await showObjects(app, { names: args, format: values.format }, (name) =>
      app.client().text({ method: 'GET', path: named('volume', name) }),
    );
    if (values.format === '') await tellWarnings(app, 'volume', args);
    return code;
  },
});
