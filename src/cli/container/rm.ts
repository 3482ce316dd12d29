import { isKind } from '../../errors/index.ts';
import { warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';

export const rm = defineCommand({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  details: 'Volumes with a name stay, whatever the flags: "holdfast volume rm" removes those.',
  flags: {
    force: toggle('Kill a running container first (uses SIGKILL)', { short: 'f' }),
    link: toggle('Remove the specified link', { short: 'l' }),
    volumes: toggle('Remove anonymous volumes of the container too', { short: 'v' }),
  },
  args: { min: 1 },
  completes: ['container'],
  run: ({ app, values, args }) =>
    forEachName(app, args, async (name) => {
      const path = named('container', name.replace(/^\/+/, ''));
      const query = { force: values.force, link: values.link, v: values.volumes };
      try {
        await app.client().send({ method: 'DELETE', path, query });
        return name;
      } catch (error) {
        // Forced removal asks for the container to be gone, and it is; docker says so and succeeds.
        if (!values.force || !isKind(error, 'not-found') || !(error instanceof Error)) throw error;
        warn(app, error.message);
        return undefined;
      }
    }),
});
