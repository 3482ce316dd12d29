import { encodeFilters } from '../../client/index.ts';
import type { VolumeSummary } from '../../wire/index.ts';
import { warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { filters, text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { renderList } from '../format/listing.ts';
import { naturalOrder } from '../format/natural-order.ts';
import { VOLUMES } from './listing.ts';

/** GET /volumes */
interface VolumeList {
  Volumes: VolumeSummary[] | null;
  Warnings: string[] | null;
}

export const ls = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    cluster: toggle('Only cluster volumes: there are none without a swarm', { hidden: true }),
    filter: filters(
      'Show only volumes that match, such as "dangling=true", "label=KEY[=VALUE]", "name=PART" or "driver=NAME"',
      { short: 'f' },
    ),
    format: text(FORMAT_HELP),
    quiet: toggle('Show only names', { short: 'q' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const answer = await app.client().json<VolumeList>({
      method: 'GET',
      path: '/volumes',
      query: { filters: encodeFilters(values.filter) },
    });
    const volumes = values.cluster ? [] : (answer.Volumes ?? []).toSorted((a, b) => naturalOrder(a.Name, b.Name));
    const format = values.format || (values.quiet ? '' : (app.config().volumesFormat ?? ''));
    app.stdout.write(renderList(VOLUMES, volumes, { format, quiet: values.quiet }));
    for (const warning of answer.Warnings ?? []) warn(app, warning);
    return 0;
  },
});
