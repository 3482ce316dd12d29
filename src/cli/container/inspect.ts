import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { INSPECT_FORMAT_HELP, showObjects } from '../inspecting.ts';
import { named } from '../object-path.ts';
import { tellWarnings } from '../write-warnings.ts';

export const inspect = defineCommand({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  flags: {
    format: text(INSPECT_FORMAT_HELP, { short: 'f' }),
    size: toggle('Tell the sizes of its files too', { short: 's' }),
  },
  args: { min: 1 },
  completes: ['container'],
  async run({ app, values, args }) {
    const code = await showObjects(app, { names: args, format: values.format }, (name) =>
      app.client().text({ method: 'GET', path: `${named('container', name)}/json`, query: { size: values.size } }),
    );
    if (values.format === '') await tellWarnings(app, 'container', args);
    return code;
  },
});
