import type { WaitResult } from '../../wire/index.ts';
import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { named } from '../object-path.ts';

export const wait = defineCommand({
  usage: 'CONTAINER [CONTAINER...]',
  flags: {},
  args: { min: 1 },
  completes: ['running-container'],
  run: ({ app, args }) =>
    forEachName(app, args, async (name) => {
      const path = `${named('container', name)}/wait`;
      const { StatusCode } = await app.client().json<WaitResult>({ method: 'POST', path });
      return String(StatusCode);
    }),
});
