import { notImplemented } from '../../errors/index.ts';
import { defineCommand } from '../command.ts';
import { list, text } from '../flags/index.ts';

export const build = defineCommand({
  usage: '[OPTIONS] PATH | URL | -',
  flags: {
    'build-arg': list('Set build-time variables'),
    file: text('Name of the Dockerfile (default PATH/Dockerfile)', { short: 'f' }),
    tag: list('Name and optionally a tag in the "name:tag" format', { short: 't' }),
  },
  args: { min: 1, max: 1 },
  completes: ['file'],
  async run() {
    throw notImplemented(
      'holdfast does not build images yet. Until it does: build with buildah or docker, and bring the result here with "holdfast load -i image.tar", or change a container and keep it with "holdfast commit"',
    );
  },
});
