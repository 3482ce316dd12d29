import { encodeFilters } from '../../client/index.ts';
import { defineCommand } from '../command.ts';
import { filters, integer, text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { renderList } from '../format/listing.ts';
import { CONTAINERS, type ListedContainer } from './listing.ts';

export const ls = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    all: toggle('Show all containers (default shows just running)', { short: 'a' }),
    filter: filters('Show only containers that match, such as "status=exited", "volume=NAME" or "label=KEY"', {
      short: 'f',
    }),
    format: text(FORMAT_HELP),
    last: integer('Show n last created containers (includes all states)', { short: 'n', initial: -1 }),
    latest: toggle('Show the latest created container (includes all states)', { short: 'l' }),
    'no-trunc': toggle("Don't truncate output"),
    quiet: toggle('Only display container IDs', { short: 'q' }),
    size: toggle('Display total file sizes', { short: 's' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const format = values.format || (values.quiet ? '' : (app.config().psFormat ?? ''));
    const limit = values.latest && values.last === -1 ? 1 : values.last;
    const showsSize = values.size || /\.Size\b/.test(format);
    const containers = await app.client().json<ListedContainer[]>({
      method: 'GET',
      path: '/containers/json',
      query: {
        all: values.all,
        filters: encodeFilters(values.filter),
        limit: limit > 0 ? limit : undefined,
        size: showsSize,
      },
    });
    const listing = values.size
      ? { ...CONTAINERS, table: `${CONTAINERS.table}\t{{.Size}}`, raw: `${CONTAINERS.raw}size: {{.Size}}\n` }
      : CONTAINERS;
    app.stdout.write(renderList(listing, containers, { format, quiet: values.quiet, truncate: !values['no-trunc'] }));
    return 0;
  },
});
