import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { named } from '../object-path.ts';
import { writeArchive } from '../write-archive.ts';

export const save = defineCommand({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  examples: [{ what: 'Take an image to another machine', command: 'holdfast save app:1 | ssh host holdfast load' }],
  flags: {
    output: text('Write to this file instead of standard output', { short: 'o', placeholder: 'file' }),
    platform: text('The image’s own platform is the only one there is', { hidden: true }),
  },
  args: { min: 1 },
  completes: ['image'],
  async run({ app, values, args }) {
    const [only = ''] = args;
    const call =
      args.length === 1 ? { path: `${named('image', only)}/get` } : { path: '/images/get', query: { names: args } };
    await writeArchive(app, { file: values.output, verb: 'save' }, () =>
      app.client().request({ method: 'GET', ...call }),
    );
    return 0;
  },
});
