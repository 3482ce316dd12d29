import { invalidArgument } from '../../errors/index.ts';
import { type App, say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { DEFAULT_TAG, splitReference } from '../reference.ts';
import { authHeader } from '../registry/credentials.ts';
import { showProgress } from './progress-view.ts';

/** Pulls an image, showing its progress unless quiet. @throws the registry's reason in the engine's words. */
export async function pullImage(app: App, image: string, options: { platform: string; quiet: boolean }): Promise<void> {
  const reference = splitReference(image);
  const response = await app.client().request({
    method: 'POST',
    path: '/images/create',
    query: {
      fromImage: reference.fullName,
      tag: reference.digest || reference.tag || DEFAULT_TAG,
      platform: options.platform,
    },
    headers: authHeader(app, reference.registry),
  });
  await showProgress(app, response, { quiet: options.quiet });
}

export const pull = defineCommand({
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  flags: {
    'all-tags': toggle('Pull every tag of the repository', { short: 'a' }),
    'disable-content-trust': toggle('There is no content trust to disable', { hidden: true, initial: true }),
    platform: text('Platform to pull, as os[/arch[/variant]]'),
    quiet: toggle('Print only the name', { short: 'q' }),
  },
  args: { min: 1, max: 1 },
  completes: ['image'],
  async run({ app, values, args: [image = ''] }) {
    if (values['all-tags']) throw invalidArgument('--all-tags is not supported: pull the tags you need one by one');
    const { tag, digest, fullName } = splitReference(image);
    if (tag === '' && digest === '' && !values.quiet) say(app, `Using default tag: ${DEFAULT_TAG}`);
    await pullImage(app, image, { platform: values.platform, quiet: values.quiet });
    say(app, digest === '' ? `${fullName}:${tag || DEFAULT_TAG}` : `${fullName}@${digest}`);
    return 0;
  },
});
