import { encodeFilters } from '../../client/index.ts';
import { defineCommand } from '../command.ts';
import { filters, text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { renderList } from '../format/listing.ts';
import { IMAGES, IMAGES_WITH_DIGESTS, type ListedImage, rowsOf } from './listing.ts';

export const ls = defineCommand({
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  examples: [{ what: 'Images that no name stands for any more', command: 'holdfast images --filter dangling=true' }],
  flags: {
    all: toggle('Show all images, intermediate ones too', { short: 'a' }),
    digests: toggle('Show digests'),
    filter: filters('Show only images that match, such as "dangling=true", "reference=PATTERN" or "label=KEY"', {
      short: 'f',
    }),
    format: text(FORMAT_HELP),
    'no-trunc': toggle('Do not shorten output'),
    quiet: toggle('Show only IDs', { short: 'q' }),
  },
  args: { min: 0, max: 1 },
  completes: ['image'],
  async run({ app, values, args }) {
    const wanted = new Map(values.filter);
    if (args[0] !== undefined) wanted.set('reference', [...(wanted.get('reference') ?? []), args[0]]);
    const images = await app.client().json<ListedImage[]>({
      method: 'GET',
      path: '/images/json',
      query: { all: values.all, filters: encodeFilters(wanted) },
    });
    const format = values.format || (values.quiet ? '' : (app.config().imagesFormat ?? ''));
    const rows =
      values.quiet && format === '' ? images.map(bare) : images.flatMap((image) => rowsOf(image, values.digests));
    const listing = values.digests ? IMAGES_WITH_DIGESTS : IMAGES;
    app.stdout.write(renderList(listing, rows, { format, quiet: values.quiet, truncate: !values['no-trunc'] }));
    return 0;
  },
});

/** An image once, however many names it has. */
const bare = (image: ListedImage) => ({ image, repository: '', tag: '', digest: '' });
