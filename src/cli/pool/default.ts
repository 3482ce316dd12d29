import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { poolPath } from './own-path.ts';

export const setDefault = defineCommand({
  usage: 'POOL',
  details: 'Volumes that are there stay where they are. "main" is the pool that is always there.',
  flags: {},
  args: { min: 1, max: 1 },
  completes: ['pool'],
  async run({ app, args: [name = ''] }) {
    await app.client().send({ method: 'POST', path: poolPath(name, 'default') });
    say(app, name);
    return 0;
  },
});
