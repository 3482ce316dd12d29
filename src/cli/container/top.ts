import { defineCommand } from '../command.ts';
import { alignColumns } from '../format/columns.ts';
import { named } from '../object-path.ts';

/** GET /containers/{id}/top */
interface Top {
  Titles: string[];
  Processes: string[][] | null;
}

/** Docker lays this table out wider than its lists. */
const LAYOUT = { narrowest: 20, padding: 3 };

export const top = defineCommand({
  usage: 'CONTAINER [ps OPTIONS]',
  flags: {},
  args: { min: 1 },
  stopAtFirstArgument: true,
  completes: ['running-container'],
  async run({ app, args: [name = '', ...psArguments] }) {
    const answer = await app.client().json<Top>({
      method: 'GET',
      path: `${named('container', name)}/top`,
      query: { ps_args: psArguments.join(' ') },
    });
    const lines = [answer.Titles, ...(answer.Processes ?? [])].map((cells) => cells.join('\t'));
    app.stdout.write(`${alignColumns(lines.join('\n'), LAYOUT)}\n`);
    return 0;
  },
});
