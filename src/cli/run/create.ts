import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { createContainer } from './create-container.ts';
import { CREATE_FLAGS } from './create-request.ts';
import { attachedStreams } from './process-flags.ts';
import { runFailure } from './run-failure.ts';

export const create = defineCommand({
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  flags: CREATE_FLAGS,
  args: { min: 1 },
  stopAtFirstArgument: true,
  completes: ['image'],
  async run({ app, path, values, given, args: [image = '', ...command] }) {
    const streams = attachedStreams(values, false);
    try {
      say(app, await createContainer(app, { values, given, image, command, streams }));
      return 0;
    } catch (error) {
      return runFailure(app, error, path);
    }
  },
});
