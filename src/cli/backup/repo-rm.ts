import { warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { backupsPath } from './paths.ts';

export const repoRm = defineCommand({
  usage: 'NAME [NAME...]',
  details: 'Nothing in the repository is deleted, and its key is kept on the daemon’s host, where this command says.',
  flags: {},
  args: { min: 1 },
  completes: ['backup-repository'],
  run: ({ app, args }) =>
    forEachName(app, args, async (name) => {
      const path = backupsPath(`/repositories/${encodeURIComponent(name)}`);
      const { keptKey } = await app.client().json<{ keptKey: string }>({ method: 'DELETE', path });
      warn(app, `The backups in ${name} stay, and its key is kept: ${keptKey}`);
      return name;
    }),
});
