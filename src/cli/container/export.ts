import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { named } from '../object-path.ts';
import { writeArchive } from '../write-archive.ts';

export const exportContainer = defineCommand({
  usage: '[OPTIONS] CONTAINER',
  details: 'What is mounted into the container, its volumes among it, is not part of the archive.',
  flags: { output: text('Write to a file, instead of STDOUT', { short: 'o' }) },
  args: { min: 1, max: 1 },
  completes: ['container'],
  async run({ app, values, args: [name = ''] }) {
    await writeArchive(app, { file: values.output, verb: 'export container' }, () =>
      app.client().request({ method: 'GET', path: `${named('container', name)}/export` }),
    );
    return 0;
  },
});
