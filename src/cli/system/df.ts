import { invalidArgument } from '../../errors/index.ts';
import { type App, say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { CONTAINERS } from '../container/listing.ts';
import { text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { renderList } from '../format/listing.ts';
import { IMAGES, imageRows } from '../image/listing.ts';
import { VOLUMES } from '../volume/listing.ts';
import { type DiskUsage, USAGE, usageRows } from './usage.ts';

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
    if (values.verbose && values.format === 'json') say(app, JSON.stringify(usage));
    else if (values.verbose) showEach(app, usage);
    else app.stdout.write(renderList(USAGE, usageRows(usage), { format: values.format }));
    return 0;
  },
});

function showEach(app: App, { Images, Containers, Volumes, BuildCache }: DiskUsage): void {
  const images = (Images ?? []).flatMap((image) => imageRows(image, false));
  const cache = (BuildCache ?? []).reduce((total, { Size }) => total + Size, 0);
  const table = {
    images:
      '{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.VirtualSize}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}',
    containers:
      '{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}',
    volumes: '{{.Name}}\t{{.Links}}\t{{.Size}}',
  };
  app.stdout.write(`Images space usage:\n\n${renderList(IMAGES, images, { format: `table ${table.images}` })}`);
  app.stdout.write(
    `\nContainers space usage:\n\n${renderList(CONTAINERS, Containers ?? [], { format: `table ${table.containers}` })}`,
  );
  app.stdout.write(
    `\nLocal Volumes space usage:\n\n${renderList(VOLUMES, Volumes ?? [], { format: `table ${table.volumes}` })}`,
  );
  app.stdout.write(`\nBuild cache usage: ${cache}B\n\n`);
}
