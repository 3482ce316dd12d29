import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { candidatesFor } from './candidates.ts';

/** Called by the shell scripts with the words so far, the last being the one to complete. */
export const complete = defineCommand({
  usage: '[WORD...]',
  flags: {},
  args: { min: 0 },
  stopAtFirstArgument: true,
  async run({ app, args }) {
    for (const candidate of await candidatesFor(app, args)) say(app, candidate);
    return 0;
  },
});
