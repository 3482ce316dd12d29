import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { INSPECT_FORMAT_HELP, showObjects } from '../inspecting.ts';
import { named } from '../object-path.ts';

export const inspect = defineCommand({
  usage: '[OPTIONS] NETWORK [NETWORK...]',
  flags: {
    format: text(INSPECT_FORMAT_HELP, { short: 'f' }),
    verbose: toggle('Say more', { short: 'v' }),
  },
  args: { min: 1 },
  completes: ['network'],
  run: ({ app, values, args }) =>
    showObjects(app, { names: args, format: values.format }, (name) =>
      app.client().text({ method: 'GET', path: named('network', name), query: { verbose: values.verbose } }),
    ),
});
