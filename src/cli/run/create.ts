import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { createContainer, type PreparedContainer, prepareContainer } from './create-container.ts';
import { CREATE_FLAGS } from './create-request.ts';
import { attachedStreams } from './process-flags.ts';
import { refuseLine } from './run-failure.ts';

export const create = defineCommand({
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  flags: CREATE_FLAGS,
  args: { min: 1 },
  stopAtFirstArgument: true,
  completes: ['image'],
  async run({ app, path, values, given, args: [image = '', ...command] }) {
    const streams = attachedStreams(values, false);
    let prepared: PreparedContainer;
    try {
      prepared = prepareContainer(app, { values, given, image, command, streams });
    } catch (error) {
      return refuseLine(app, error, path);
    }
    say(app, await createContainer(app, prepared));
    return 0;
  },
});
