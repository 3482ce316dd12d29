import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { text } from '../flags/index.ts';
import { named } from '../object-path.ts';

export const kill = defineCommand({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  flags: { signal: text('Signal to send, by name or number (the engine sends KILL)', { short: 's' }) },
  args: { min: 1 },
  completes: ['running-container'],
  run: ({ app, values, args }) =>
    forEachName(app, args, async (name) => {
      const path = `${named('container', name)}/kill`;
      await app.client().send({ method: 'POST', path, query: { signal: values.signal } });
      return name;
    }),
});
