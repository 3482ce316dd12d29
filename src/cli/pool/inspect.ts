import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { INSPECT_FORMAT_HELP, showObjects } from '../inspecting.ts';
import { poolPath } from './own-path.ts';

export const inspect = defineCommand({
  usage: '[OPTIONS] POOL [POOL...]',
  flags: { format: text(INSPECT_FORMAT_HELP, { short: 'f' }) },
  args: { min: 1 },
  completes: ['pool'],
  run: ({ app, values, args }) =>
    showObjects(app, { names: args, format: values.format }, (name) =>
      app.client().text({ method: 'GET', path: poolPath(name) }),
    ),
});
