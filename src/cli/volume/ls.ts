import { encodeFilters } from '../../client/index.ts';
import type { VolumeSummary } from '../../wire/index.ts';
import { type App, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { filters, text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { renderList } from '../format/listing.ts';
import { naturalOrder } from '../format/natural-order.ts';
import { VOLUMES } from './listing.ts';
import { asksForViews, LONG_VOLUMES } from './long-listing.ts';
import type { VolumeView } from './view.ts';

/** GET /volumes */
interface VolumeList {
  Volumes: VolumeSummary[] | null;
  Warnings: string[] | null;
}

export const ls = defineCommand({
  usage: '[OPTIONS]',
  details:
    'With --long, sizes are those that the file system counts, or that a walk in the background found last; "-" where none is known yet.',
  examples: [
    { what: 'What takes the room, and who uses it', command: 'holdfast volume ls --long' },
    { what: 'What nobody has used for a month', command: 'holdfast volume ls --long --filter unused-for=30d' },
    {
      what: 'Some of it',
      command: "holdfast volume ls --format 'table {{.Name}}\\t{{.Size}}\\t{{.Users}}\\t{{.LastUsed}}'",
    },
  ],
  flags: {
    cluster: toggle('Only cluster volumes: there are none without a swarm', { hidden: true }),
    filter: filters(
      'Show only volumes that match, such as "dangling=true", "label=KEY[=VALUE]", "name=PART", "driver=NAME" or "unused-for=30d"',
      { short: 'f' },
    ),
    format: text(`${FORMAT_HELP}; .Size, .Limit, .Users, .LastUsed, .LastBackup, .Protected and .Pool are there too`),
    long: toggle('Show sizes, users, last use, last backup and protection', { short: 'l' }),
    'no-trunc': toggle('Show all users'),
    quiet: toggle('Show only names', { short: 'q' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const query = { filters: encodeFilters(values.filter) };
    const format = values.format || (values.quiet || values.long ? '' : (app.config().volumesFormat ?? ''));
    const isLong = (values.long && !values.quiet) || asksForViews(format);
    const [answer, seen] = await Promise.all([
      app.client().json<VolumeList>({ method: 'GET', path: '/volumes', query }),
      isLong ? readViews(app, query) : { volumes: [], warnings: [] },
    ]);
    const volumes = values.cluster ? [] : (answer.Volumes ?? []).toSorted((a, b) => naturalOrder(a.Name, b.Name));
    const options = { format, quiet: values.quiet, truncate: !values['no-trunc'] };
    const views = new Map(seen.volumes.map((view) => [view.name, view]));
    const text = isLong
      ? renderList(
          LONG_VOLUMES,
          volumes.map((volume) => ({ ...volume, view: views.get(volume.Name) })),
          options,
        )
      : renderList(VOLUMES, volumes, options);
    app.stdout.write(text);
    // The engine's own list has the warnings of Docker's too.
    for (const warning of isLong ? seen.warnings : (answer.Warnings ?? [])) warn(app, warning);
    return 0;
  },
});

/** GET /holdfast/v1/volumes */
interface ViewList {
  volumes: VolumeView[];
  warnings: string[];
}

const readViews = (app: App, query: { filters: string | undefined }) =>
  app.client().json<ViewList>({ method: 'GET', path: '/holdfast/v1/volumes', query });
