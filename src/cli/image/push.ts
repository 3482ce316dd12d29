import { invalidArgument } from '../../errors/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { showProgress } from '../progress/show-progress.ts';
import { DEFAULT_TAG, splitReference } from '../reference.ts';
import { authHeader } from '../registry/credentials.ts';

export const push = defineCommand({
  usage: '[OPTIONS] NAME[:TAG]',
  flags: {
    'all-tags': toggle('Push all tags of an image to the repository', { short: 'a' }),
    'disable-content-trust': toggle('', { hidden: true, initial: true }),
    platform: text('Push only the given platform, such as linux/amd64'),
    quiet: toggle('Suppress verbose output', { short: 'q' }),
  },
  args: { min: 1, max: 1 },
  completes: ['image'],
  async run({ app, values, args: [image = ''] }) {
    const { name, fullName, registry, tag: given, digest } = splitReference(image);
    const allTags = values['all-tags'];
    if (allTags && (given !== '' || digest !== '')) throw invalidArgument("tag can't be used with --all-tags/-a");
    const tag = allTags ? '' : given || (digest === '' ? DEFAULT_TAG : '');
    if (!allTags && given === '' && digest === '' && !values.quiet) say(app, `Using default tag: ${DEFAULT_TAG}`);
    const response = await app.client().request({
      method: 'POST',
      path: `/images/${fullName}/push`,
      query: { tag, platform: platformJson(values.platform) },
      // The engine wants the header even where nobody is logged in.
      headers: { 'X-Registry-Auth': 'e30=', ...authHeader(app, registry) },
    });
    await showProgress(response, { output: app.stdout, quiet: values.quiet });
    if (values.quiet) say(app, allTags ? name : `${name}:${tag}`);
    return 0;
  },
});

/** The API takes a platform of an image as JSON. */
export function platformJson(platform: string): string {
  if (platform === '') return '';
  const [os = '', architecture, variant] = platform.split('/');
  return JSON.stringify({ os, architecture, variant });
}
