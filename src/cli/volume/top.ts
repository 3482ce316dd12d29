import { setTimeout as sleep } from 'node:timers/promises';
import { isKind, messageOf } from '../../errors/index.ts';
import { type App, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { listView } from '../format/listing.ts';
import { ownVolume } from './own-path.ts';
import { type Activity, rowsBetween, TOP, type TopRow } from './top-listing.ts';

const REFRESH_MS = 1000;
const CLEAR_SCREEN = '\u001b[H\u001b[J';

export const top = defineCommand({
  usage: '[OPTIONS] [VOLUME...]',
  details:
    'Shows the volumes that running containers use. What a container reads and writes is counted for it as a whole: one with\nseveral volumes shows the same figure at each.',
  examples: [
    { what: 'Who fills the disk', command: 'holdfast volume top' },
    { what: 'One reading, for a script', command: "holdfast volume top --no-stream --format '{{json .}}'" },
  ],
  flags: {
    format: text(FORMAT_HELP),
    'no-stream': toggle('Show the first second and end'),
    'no-trunc': toggle('Show all users'),
  },
  args: { min: 0 },
  completes: ['volume'],
  async run({ app, values, args }) {
    if (!(await areThere(app, args))) return 1;
    const show = viewOf(app, { format: values.format, truncate: !values['no-trunc'] });
    const withGrowth = keepingGrowth();
    let before = await read(app);
    for (let shown = 0; ; shown += 1) {
      await sleep(REFRESH_MS);
      const now = await read(app);
      const rows = withGrowth(rowsBetween(before, now));
      show(args.length === 0 ? rows : rows.filter(({ name }) => args.includes(name)), shown > 0);
      if (values['no-stream']) return 0;
      before = now;
    }
  },
});

const read = (app: App) => app.client().json<Activity>({ method: 'GET', path: '/holdfast/v1/volume-activity' });

/** A volume that nobody uses has no rows; one that does not exist is a mistake. */
async function areThere(app: App, names: readonly string[]): Promise<boolean> {
  const missing: string[] = [];
  for (const name of names) {
    try {
      await app.client().json({ method: 'GET', path: ownVolume(name) });
    } catch (error) {
      if (!isKind(error, 'not-found')) throw error;
      missing.push(messageOf(error));
    }
  }
  for (const message of missing) warn(app, message);
  return missing.length === 0;
}

/**
 * Keeps each volume's growth until there is a new one: where the file system keeps no counters, a size is taken every minute
 * or so.
 */
function keepingGrowth(): (rows: readonly TopRow[]) => TopRow[] {
  const last = new Map<string, number>();
  return (rows) =>
    rows.map((row) => {
      if (row.growth !== undefined) last.set(row.name, row.growth);
      return { ...row, growth: last.get(row.name) };
    });
}

/** Tables are redrawn in place; other formats print each time anew. */
function viewOf(app: App, options: { format: string; truncate: boolean }) {
  const view = listView(TOP, options);
  return (rows: readonly TopRow[], again: boolean): void => {
    const body = view.layout(view.header + rows.map((row) => view.row(row)).join(''));
    const redraws = view.header !== '' && app.stdout.isTTY === true;
    app.stdout.write(redraws ? `${again ? '' : '\n'}${CLEAR_SCREEN}${body}` : body);
  };
}
