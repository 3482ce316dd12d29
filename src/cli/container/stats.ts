import type { App } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { listView } from '../format/listing.ts';
import { STATS, type StatsRow } from '../stats/listing.ts';
import { StatsWatch } from '../stats/watch.ts';

const REFRESH_MS = 500;
const CLEAR_SCREEN = '\u001b[H\u001b[J';

export const stats = defineCommand({
  usage: '[OPTIONS] [CONTAINER...]',
  flags: {
    all: toggle('Show all containers (default shows just running)', { short: 'a' }),
    format: text(FORMAT_HELP),
    'no-stream': toggle('Disable streaming stats and only pull the first result'),
    'no-trunc': toggle('Do not truncate output'),
  },
  args: { min: 0 },
  completes: ['running-container'],
  async run({ app, values, args }) {
    const format = values.format || (app.config().statsFormat ?? '');
    const show = viewOf(app, { format, truncate: !values['no-trunc'] });
    const watch = new StatsWatch(app.client());
    for (const name of args) watch.add(name, { stream: !values['no-stream'] });
    if (args.length === 0) await watch.addAll({ all: values.all, stream: !values['no-stream'] });
    await watch.firstAnswers();
    const failures = watch.failures();
    if (args.length > 0 && failures.length > 0) {
      app.stderr.write(`${failures.join('\n')}\n`);
      return 1;
    }
    show(watch.rows(), false);
    if (values['no-stream']) return 0;
    return keepShowing(watch, show);
  },
});

type Show = (rows: readonly StatsRow[], again: boolean) => void;

/** Tables are redrawn in place; other formats print each time anew. */
function viewOf(app: App, options: { format: string; truncate: boolean }): Show {
  const view = listView(STATS, options);
  return (rows, again) => {
    const body = view.layout(view.header + rows.map((row) => view.row(row)).join(''));
    const redraws = view.header !== '' && app.stdout.isTTY === true;
    app.stdout.write(redraws ? `${again ? '' : '\n'}${CLEAR_SCREEN}${body}` : body);
  };
}

function keepShowing(watch: StatsWatch, show: Show): Promise<number> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      // With every container named and gone there is nothing left to watch.
      if (watch.isOver()) {
        clearInterval(timer);
        resolve(0);
        return;
      }
      show(watch.rows(), true);
    }, REFRESH_MS);
  });
}
