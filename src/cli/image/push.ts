import { invalidArgument } from '../../errors/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';
import { DEFAULT_TAG, splitReference } from '../reference.ts';
import { authHeader } from '../registry/credentials.ts';
import { showProgress } from './progress-view.ts';

export const push = defineCommand({
  usage: '[OPTIONS] NAME[:TAG]',
  flags: {
    'all-tags': toggle('Push every tag of the repository', { short: 'a' }),
    'disable-content-trust': toggle('There is no content trust to disable', { hidden: true, initial: true }),
    platform: text('The image’s own platform is the only one there is', { hidden: true }),
    quiet: toggle('Print only the name', { short: 'q' }),
  },
  args: { min: 1, max: 1 },
  completes: ['image'],
  async run({ app, values, args: [image = ''] }) {
    if (values['all-tags']) throw invalidArgument('--all-tags is not supported: push the tags you need one by one');
    const reference = splitReference(image);
    if (reference.digest !== '') throw invalidArgument('cannot push a digest reference');
    const tag = reference.tag || DEFAULT_TAG;
    if (reference.tag === '' && !values.quiet) say(app, `Using default tag: ${DEFAULT_TAG}`);
    const response = await app.client().request({
      method: 'POST',
      path: `${named('image', reference.name)}/push`,
      query: { tag },
      headers: { 'X-Registry-Auth': 'e30=', ...authHeader(app, reference.registry) },
    });
    await showProgress(app, response, { quiet: values.quiet });
    if (values.quiet) say(app, `${reference.fullName}:${tag}`);
    return 0;
  },
});
