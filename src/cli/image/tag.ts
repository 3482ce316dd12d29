import { defineCommand } from '../command.ts';
import { named } from '../object-path.ts';
import { DEFAULT_TAG, splitReference } from '../reference.ts';

export const tag = defineCommand({
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  flags: {},
  args: { min: 2, max: 2 },
  completes: ['image'],
  async run({ app, args: [source = '', target = ''] }) {
    const reference = splitReference(target);
    await app.client().send({
      method: 'POST',
      path: `${named('image', source)}/tag`,
      query: { repo: reference.name, tag: reference.tag || DEFAULT_TAG },
    });
    return 0;
  },
});
