import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { writeArchive } from '../write-archive.ts';
import { platformJson } from './push.ts';

export const save = defineCommand({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  flags: {
    output: text('Write to a file, instead of STDOUT', { short: 'o' }),
    platform: text('Save only the given platform, such as linux/amd64'),
  },
  args: { min: 1 },
  completes: ['image'],
  async run({ app, values, args }) {
    await writeArchive(app, { file: values.output, verb: 'save image' }, () =>
      app.client().request({
        method: 'GET',
        path: '/images/get',
        query: { names: args, platform: platformJson(values.platform) },
      }),
    );
    return 0;
  },
});
