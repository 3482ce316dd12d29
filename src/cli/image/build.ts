import { notImplemented } from '../../errors/index.ts';
import { defineCommand } from '../command.ts';
import { list, text, toggle } from '../flags/index.ts';

export const build = defineCommand({
  usage: '[OPTIONS] PATH',
  details: 'Not available in this version. Build elsewhere and load the result: docker save IMAGE | holdfast load',
  flags: {
    'build-arg': list('Value for an ARG', { hidden: true }),
    file: text('Name of the Dockerfile', { short: 'f', hidden: true }),
    tag: list('Name of the image', { short: 't', hidden: true }),
    quiet: toggle('Print only the ID', { short: 'q', hidden: true }),
  },
  args: { min: 0 },
  async run() {
    throw notImplemented(
      'this version of holdfast does not build images. Build elsewhere and load the result: docker save IMAGE | holdfast load',
    );
  },
});
