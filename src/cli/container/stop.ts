import { type Command, defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { integer, text } from '../flags/index.ts';
import { named } from '../object-path.ts';

export const stop = stopping('stop', 'running-container');
export const restart = stopping('restart', 'container');

function stopping(verb: 'stop' | 'restart', noun: 'running-container' | 'container'): Command {
  return defineCommand({
    usage: '[OPTIONS] CONTAINER [CONTAINER...]',
    flags: {
      signal: text('Signal to send first (default: what the container or its image asks for)', { short: 's' }),
      timeout: integer('Seconds to wait before killing the container; -1 waits for ever', { short: 't' }),
      time: integer('', { hidden: true, replacedBy: 'timeout' }),
    },
    args: { min: 1 },
    completes: [noun],
    run: ({ app, values, args, given }) =>
      forEachName(app, args, async (name) => {
        const query = { signal: values.signal, t: given.has('timeout') ? values.timeout : undefined };
        await app.client().send({ method: 'POST', path: `${named('container', name)}/${verb}`, query });
        return name;
      }),
  });
}
