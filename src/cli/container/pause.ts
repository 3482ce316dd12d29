import { type Command, defineCommand, type Noun } from '../command.ts';
import { forEachName } from '../each.ts';
import { named } from '../object-path.ts';

export const pause = freezing('pause', 'running-container');
export const unpause = freezing('unpause', 'running-container');

function freezing(verb: 'pause' | 'unpause', noun: Noun): Command {
  return defineCommand({
    usage: 'CONTAINER [CONTAINER...]',
    flags: {},
    args: { min: 1 },
    completes: [noun],
    run: ({ app, args }) =>
      forEachName(app, args, async (name) => {
        await app.client().send({ method: 'POST', path: `${named('container', name)}/${verb}` });
        return name;
      }),
  });
}
