import type { PoolSummary } from '../../wire/index.ts';
import { warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { type Listing, renderList } from '../format/listing.ts';
import { bytesSize } from '../format/units.ts';

const POOLS: Listing<PoolSummary> = {
  typeName: 'poolContext',
  columns: {
    Available: { header: 'AVAILABLE', value: ({ available }) => bytesSize(available) },
    Default: { header: 'DEFAULT', value: ({ isDefault }) => (isDefault ? '*' : '') },
    Driver: { header: 'DRIVER', value: ({ driver }) => driver },
    Name: { header: 'NAME', value: ({ name }) => name },
    Path: { header: 'PATH', value: ({ path }) => path },
    Size: { header: 'SIZE', value: ({ total }) => bytesSize(total) },
    Snapshots: { header: 'SNAPSHOTS', value: ({ instantCopies }) => (instantCopies ? 'instant' : 'copies') },
    Volumes: { header: 'VOLUMES', value: ({ volumes }) => volumes },
  },
  table: '{{.Name}}\t{{.Default}}\t{{.Driver}}\t{{.Snapshots}}\t{{.Volumes}}\t{{.Available}}\t{{.Size}}\t{{.Path}}',
  quiet: '{{.Name}}',
};

export const ls = defineCommand({
  usage: '[OPTIONS]',
  flags: { format: text(FORMAT_HELP), quiet: toggle('Show only names', { short: 'q' }) },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const pools = await app.client().json<PoolSummary[]>({ method: 'GET', path: '/holdfast/v1/pools' });
    app.stdout.write(renderList(POOLS, pools, { format: values.format, quiet: values.quiet }));
    for (const { name, problem } of pools) if (problem !== null) warn(app, `pool ${name}: ${problem}`);
    return 0;
  },
});
