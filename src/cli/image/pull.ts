import { invalidArgument } from '../../errors/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { DEFAULT_TAG, splitReference } from '../reference.ts';
import { pullImage } from './pull-image.ts';

export const pull = defineCommand({
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  flags: {
    'all-tags': toggle('Download all tagged images in the repository', { short: 'a' }),
    'disable-content-trust': toggle('', { hidden: true, initial: true }),
    platform: text('Set platform if server is multi-platform capable'),
    quiet: toggle('Suppress verbose output', { short: 'q' }),
  },
  args: { min: 1, max: 1 },
  completes: ['image'],
  async run({ app, values, args: [image = ''] }) {
    const { fullName, tag, digest } = splitReference(image);
    const isBare = tag === '' && digest === '';
    const allTags = values['all-tags'];
    if (allTags && !isBare) throw invalidArgument("tag can't be used with --all-tags/-a");
    if (isBare && !allTags && !values.quiet) say(app, `Using default tag: ${DEFAULT_TAG}`);
    await pullImage(app, { image, platform: values.platform, quiet: values.quiet, output: app.stdout, allTags });
    const version = digest === '' ? `:${tag || DEFAULT_TAG}` : `${tag === '' ? '' : `:${tag}`}@${digest}`;
    say(app, `${fullName}${allTags ? '' : version}`);
    return 0;
  },
});
