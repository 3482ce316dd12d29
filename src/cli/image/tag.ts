import { invalidArgument, messageOf } from '../../errors/index.ts';
import { defineCommand } from '../command.ts';
import { named } from '../object-path.ts';
import { DEFAULT_TAG, splitReference } from '../reference.ts';

export const tag = defineCommand({
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  flags: {},
  args: { min: 2, max: 2 },
  completes: ['image'],
  async run({ app, args: [source = '', target = ''] }) {
    const { fullName, tag: version, digest } = readTarget(target);
    if (digest !== '') throw invalidArgument('refusing to create a tag with a digest reference');
    const query = { repo: fullName, tag: version || DEFAULT_TAG };
    await app.client().send({ method: 'POST', path: `${named('image', source)}/tag`, query });
    return 0;
  },
});

function readTarget(target: string) {
  try {
    return splitReference(target);
  } catch (error) {
    throw invalidArgument(
      `Error parsing reference: "${target}" is not a valid repository/tag: ${messageOf(error)}`,
      error,
    );
  }
}
