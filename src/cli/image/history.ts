import type { ImageHistoryEntry } from '../../wire/index.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { type Listing, renderList } from '../format/listing.ts';
import { ago, rfc3339 } from '../format/time.ts';
import { ellipsis, shortId } from '../format/truncate.ts';
import { humanSize } from '../format/units.ts';
import { named } from '../object-path.ts';
import { platformJson } from './push.ts';

/** How wide the instruction of a layer is shown. */
const INSTRUCTION_WIDTH = 45;

/** What `history` shows of a step; for people, or exact. */
function historyListing(human: boolean): Listing<ImageHistoryEntry> {
  return {
    typeName: 'historyContext',
    columns: {
      Comment: { header: 'COMMENT', value: ({ Comment }) => Comment },
      CreatedAt: { header: 'CREATED AT', value: ({ Created }) => rfc3339(Created) },
      CreatedBy: {
        header: 'CREATED BY',
        value({ CreatedBy }, { truncate }) {
          const instruction = CreatedBy.replaceAll('\t', ' ');
          return truncate ? ellipsis(instruction, INSTRUCTION_WIDTH) : instruction;
        },
      },
      CreatedSince: { header: 'CREATED', value: ({ Created }) => (Created <= 0 ? 'N/A' : ago(Created)) },
      ID: { header: 'IMAGE', value: ({ Id }, { truncate }) => (truncate ? shortId(Id) : Id) },
      Size: { header: 'SIZE', value: ({ Size }) => (human ? humanSize(Size, 3) : String(Size)) },
    },
    table: `{{.ID}}\t{{.${human ? 'CreatedSince' : 'CreatedAt'}}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}`,
    quiet: '{{.ID}}',
  };
}

export const history = defineCommand({
  usage: '[OPTIONS] IMAGE',
  flags: {
    format: text(FORMAT_HELP),
    human: toggle('Print sizes and dates in human readable format', { short: 'H', initial: true }),
    'no-trunc': toggle("Don't truncate output"),
    platform: text('Show history for the given platform, such as linux/amd64'),
    quiet: toggle('Only show image IDs', { short: 'q' }),
  },
  args: { min: 1, max: 1 },
  completes: ['image'],
  async run({ app, values, args: [image = ''] }) {
    const entries = await app.client().json<ImageHistoryEntry[]>({
      method: 'GET',
      path: `${named('image', image)}/history`,
      query: { platform: platformJson(values.platform) },
    });
    const options = { format: values.format, quiet: values.quiet, truncate: !values['no-trunc'] };
    app.stdout.write(renderList(historyListing(values.human), entries, options));
    return 0;
  },
});
