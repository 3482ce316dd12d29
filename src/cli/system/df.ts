import { invalidArgument } from '../../errors/index.ts';
import { type App, say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { CONTAINERS, type ListedContainer } from '../container/listing.ts';
import { text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { type Listing, renderList, rowObject } from '../format/listing.ts';
import { ago } from '../format/time.ts';
import { shortId } from '../format/truncate.ts';
import { humanSize } from '../format/units.ts';
import { IMAGES, imageRows } from '../image/listing.ts';
import { toJson } from '../template/index.ts';
import { VOLUMES } from '../volume/listing.ts';
import { type CacheEntry, type DiskUsage, USAGE, usageRows } from './usage.ts';

export const df = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    format: text(FORMAT_HELP),
    verbose: toggle('Show each image, container and volume', { short: 'v' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    if (values.verbose && values.format !== '' && values.format !== 'json') {
      throw invalidArgument('the verbose and the format options conflict');
    }
    const usage = await app.client().json<DiskUsage>({ method: 'GET', path: '/system/df' });
    if (values.verbose && values.format === 'json') say(app, eachAsJson(usage));
    else if (values.verbose) showEach(app, usage);
    else app.stdout.write(renderList(USAGE, usageRows(usage), { format: values.format }));
    return 0;
  },
});

function showEach(app: App, usage: DiskUsage): void {
  for (const [title, table] of Object.entries(tablesOf(usage))) {
    app.stdout.write(`${title}\n\n${table}${title.startsWith('Build') ? '' : '\n'}`);
  }
}

/** An image once, however many names it has. */
const imagesOf = ({ Images }: DiskUsage) => (Images ?? []).flatMap((image) => imageRows(image, false).slice(0, 1));

function tablesOf(usage: DiskUsage): Record<string, string> {
  const { Containers, Volumes, BuildCache } = usage;
  const cache = (BuildCache ?? []).reduce((total, { Size }) => total + Size, 0);
  const shown = {
    images: `{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}`,
    containers: `{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}`,
    volumes: '{{.Name}}\t{{.Links}}\t{{.Size}}',
  };
  return {
    'Images space usage:': renderList(IMAGES, imagesOf(usage), { format: `table ${shown.images}` }),
    'Containers space usage:': renderList(OWN_SIZE, Containers ?? [], { format: `table ${shown.containers}` }),
    'Local Volumes space usage:': renderList(VOLUMES, Volumes ?? [], { format: `table ${shown.volumes}` }),
    [`Build cache usage: ${humanSize(cache)}`]: renderList(CACHE, BuildCache ?? [], { format: '' }),
  };
}

/** Containers with only what they wrote themselves: what they share is counted with the images. */
const OWN_SIZE: Listing<ListedContainer> = {
  ...CONTAINERS,
  columns: { ...CONTAINERS.columns, Size: { header: 'SIZE', value: ({ SizeRw = 0 }) => humanSize(SizeRw, 3) } },
};

const secondsOf = (time: string): number => Date.parse(time) / 1000;

const CACHE: Listing<CacheEntry> = {
  typeName: 'buildCacheContext',
  columns: {
    CacheType: { header: 'CACHE TYPE', value: ({ Type }) => Type },
    CreatedSince: { header: 'CREATED', value: ({ CreatedAt }) => ago(secondsOf(CreatedAt)) },
    ID: { header: 'CACHE ID', value: ({ ID }, { truncate }) => (truncate ? shortId(ID) : ID) },
    LastUsedSince: {
      header: 'LAST USED',
      value: ({ LastUsedAt }) => (LastUsedAt === null ? '' : ago(secondsOf(LastUsedAt))),
    },
    Shared: { header: 'SHARED', value: ({ Shared }) => String(Shared) },
    Size: { header: 'SIZE', value: ({ Size }) => humanSize(Size, 3) },
    UsageCount: { header: 'USAGE', value: ({ UsageCount }) => String(UsageCount) },
  },
  table: '{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}',
  quiet: '{{.ID}}',
};

/** Every row of the four lists, as --format json has rows elsewhere. */
function eachAsJson(usage: DiskUsage): string {
  const whole = { truncate: false };
  return toJson({
    Images: imagesOf(usage).map((row) => rowObject(IMAGES, row, whole)),
    Containers: (usage.Containers ?? []).map((row) => rowObject(OWN_SIZE, row, whole)),
    Volumes: (usage.Volumes ?? []).map((row) => rowObject(VOLUMES, row, whole)),
    BuildCache: (usage.BuildCache ?? []).map((row) => rowObject(CACHE, row, whole)),
  });
}
