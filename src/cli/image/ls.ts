import { encodeFilters } from '../../client/index.ts';
import { notImplemented } from '../../errors/index.ts';
import { defineCommand } from '../command.ts';
import { filters, text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { renderList } from '../format/listing.ts';
import { IMAGES, IMAGES_WITH_DIGESTS, imageRows, type ListedImage } from './listing.ts';

export const ls = defineCommand({
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  flags: {
    all: toggle('Show all images (default hides intermediate images)', { short: 'a' }),
    digests: toggle('Show digests'),
    filter: filters('Show only images that match, such as "dangling=true", "reference=PATTERN" or "label=KEY"', {
      short: 'f',
    }),
    format: text(FORMAT_HELP),
    'no-trunc': toggle("Don't truncate output"),
    quiet: toggle('Only show image IDs', { short: 'q' }),
    tree: toggle('', { hidden: true }),
  },
  args: { min: 0, max: 1 },
  completes: ['image'],
  async run({ app, values, args: [reference] }) {
    if (values.tree) throw notImplemented('--tree is not supported: images here have one platform each');
    const wanted = new Map(values.filter);
    if (reference !== undefined) wanted.set('reference', [...(wanted.get('reference') ?? []), reference]);
    const images = await app.client().json<ListedImage[]>({
      method: 'GET',
      path: '/images/json',
      query: { all: values.all, filters: encodeFilters(wanted) },
    });
    const format = values.format || (values.quiet ? '' : (app.config().imagesFormat ?? ''));
    const rows = images.flatMap((image) => imageRows(image, values.digests || /\.Digest\b/.test(format)));
    const listing = values.digests ? IMAGES_WITH_DIGESTS : IMAGES;
    app.stdout.write(renderList(listing, rows, { format, quiet: values.quiet, truncate: !values['no-trunc'] }));
    return 0;
  },
});
