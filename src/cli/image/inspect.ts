import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { INSPECT_FORMAT_HELP, showObjects } from '../inspecting.ts';
import { named } from '../object-path.ts';
import { platformJson } from './push.ts';

export const inspect = defineCommand({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  flags: {
    format: text(INSPECT_FORMAT_HELP, { short: 'f' }),
    platform: text('Inspect the given platform, such as linux/amd64'),
  },
  args: { min: 1 },
  completes: ['image'],
  run: ({ app, values, args }) =>
    showObjects(app, { names: args, format: values.format }, (name) =>
      app.client().text({
        method: 'GET',
        path: `${named('image', name)}/json`,
        query: { platform: platformJson(values.platform) },
      }),
    ),
});
