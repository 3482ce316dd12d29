import { encodeFilters } from '../../client/index.ts';
import type { NetworkSummary } from '../../wire/index.ts';
import { defineCommand } from '../command.ts';
import { filters, text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { renderList } from '../format/listing.ts';
import { naturalOrder } from '../format/natural-order.ts';
import { NETWORKS } from './listing.ts';

export const ls = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    filter: filters('Show only networks that match, such as "driver=host"', { short: 'f' }),
    format: text(FORMAT_HELP),
    'no-trunc': toggle('Do not shorten output'),
    quiet: toggle('Show only IDs', { short: 'q' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const networks = await app.client().json<NetworkSummary[]>({
      method: 'GET',
      path: '/networks',
      query: { filters: encodeFilters(values.filter) },
    });
    const sorted = networks.toSorted((a, b) => naturalOrder(a.Name, b.Name));
    const format = values.format || (values.quiet ? '' : (app.config().networksFormat ?? ''));
    const options = { format, quiet: values.quiet, truncate: !values['no-trunc'] };
    app.stdout.write(renderList(NETWORKS, sorted, options));
    return 0;
  },
});
