import { encodeFilters } from '../../client/index.ts';
import { defineCommand } from '../command.ts';
import { filters, integer, text, toggle } from '../flags/index.ts';
import { type Listing, renderList } from '../format/listing.ts';
import { ellipsis } from '../format/truncate.ts';

/** GET /images/search */
interface Found {
  name: string;
  description: string;
  star_count: number;
  is_official: boolean;
}

const FOUND: Listing<Found> = {
  typeName: 'searchContext',
  columns: {
    Description: {
      header: 'DESCRIPTION',
      value: ({ description }, { truncate }) => {
        const line = description.replace(/[\r\n]/g, ' ');
        return truncate ? ellipsis(line, 45) : line;
      },
    },
    IsOfficial: { header: 'OFFICIAL', value: ({ is_official }) => (is_official ? '[OK]' : '') },
    Name: { header: 'NAME', value: ({ name }) => name },
    StarCount: { header: 'STARS', value: ({ star_count }) => String(star_count) },
  },
  table: '{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}',
  quiet: '{{.Name}}',
};

export const search = defineCommand({
  usage: '[OPTIONS] TERM',
  flags: {
    filter: filters(undefined, { short: 'f' }),
    format: text('Show what a Go template makes of each'),
    limit: integer('How many to show'),
    'no-trunc': toggle('Do not shorten output'),
  },
  args: { min: 1, max: 1 },
  async run({ app, values, args: [term = ''] }) {
    const found = await app.client().json<Found[]>({
      method: 'GET',
      path: '/images/search',
      query: { term, limit: values.limit || undefined, filters: encodeFilters(values.filter) },
    });
    app.stdout.write(renderList(FOUND, found, { format: values.format, truncate: !values['no-trunc'] }));
    return 0;
  },
});
