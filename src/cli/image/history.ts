import type { ImageHistoryEntry } from '../../wire/index.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { type Listing, renderList } from '../format/listing.ts';
import { ago, rfc3339 } from '../format/time.ts';
import { ellipsis, shortId } from '../format/truncate.ts';
import { humanSize } from '../format/units.ts';
import { named } from '../object-path.ts';

const listing = (human: boolean): Listing<ImageHistoryEntry> => ({
  typeName: 'historyContext',
  columns: {
    Comment: { header: 'COMMENT', value: ({ Comment }) => Comment },
    CreatedAt: { header: 'CREATED AT', value: ({ Created }) => rfc3339(Created) },
    CreatedBy: {
      header: 'CREATED BY',
      value: ({ CreatedBy }, { truncate }) => {
        const line = CreatedBy.replaceAll('\t', ' ');
        return truncate ? ellipsis(line, 45) : line;
      },
    },
    CreatedSince: { header: 'CREATED', value: ({ Created }) => (human ? ago(Created) : rfc3339(Created)) },
    ID: { header: 'IMAGE', value: ({ Id }, { truncate }) => (truncate && Id.startsWith('sha256:') ? shortId(Id) : Id) },
    Size: { header: 'SIZE', value: ({ Size }) => (human ? humanSize(Size, 3) : String(Size)) },
  },
  table: '{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}',
  quiet: '{{.ID}}',
});

export const history = defineCommand({
  usage: '[OPTIONS] IMAGE',
  flags: {
    format: text(FORMAT_HELP),
    human: toggle('Print sizes and times for people', { short: 'H', initial: true }),
    'no-trunc': toggle('Do not shorten output'),
    platform: text('The image’s own platform is the only one there is', { hidden: true }),
    quiet: toggle('Show only IDs', { short: 'q' }),
  },
  args: { min: 1, max: 1 },
  completes: ['image'],
  async run({ app, values, args: [image = ''] }) {
    const steps = await app
      .client()
      .json<ImageHistoryEntry[]>({ method: 'GET', path: `${named('image', image)}/history` });
    const options = { format: values.format, quiet: values.quiet, truncate: !values['no-trunc'] };
    app.stdout.write(renderList(listing(values.human), steps, options));
    return 0;
  },
});
