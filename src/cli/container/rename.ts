import { HoldfastError } from '../../errors/index.ts';
import { warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { named } from '../object-path.ts';

export const rename = defineCommand({
  usage: 'CONTAINER NEW_NAME',
  flags: {},
  args: { min: 2, max: 2 },
  completes: ['container'],
  async run({ app, args }) {
    const [from = '', to = ''] = args.map((word) => word.trim());
    if (from === '' || to === '') {
      warn(app, 'Error: Neither old nor new names may be empty');
      return 1;
    }
    try {
      await app.client().send({ method: 'POST', path: `${named('container', from)}/rename`, query: { name: to } });
      return 0;
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      warn(app, `${error.message}\nError: failed to rename container named ${from}`);
      return 1;
    }
  },
});
