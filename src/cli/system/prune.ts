import { encodeFilters } from '../../client/index.ts';
import { invalidArgument } from '../../errors/index.ts';
import { type App, say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { filters, toggle } from '../flags/index.ts';
import { humanSize } from '../format/units.ts';
import { type ImagesPruned, prunedImages } from '../image/prune.ts';
import type { NetworksPruned } from '../network/prune.ts';
import type { VolumesPruned } from '../volume/prune.ts';
import { pruneCache } from './builder-prune.ts';

interface Asked {
  all: boolean;
  volumes: boolean;
  filter: ReadonlyMap<string, readonly string[]>;
}

export const prune = defineCommand({
  usage: '[OPTIONS]',
  details: 'Volumes are left alone unless you say --volumes, and then only those without a name of their own go.',
  flags: {
    all: toggle('Remove all images that no container is made of, not only those without a name', { short: 'a' }),
    filter: filters('Remove only what matches, such as "until=24h" or "label=KEY"'),
    force: toggle('Do not ask', { short: 'f' }),
    volumes: toggle('Remove volumes without a name too'),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    if (values.volumes && values.filter.has('until')) {
      throw invalidArgument('ERROR: The "until" filter is not supported with "--volumes"');
    }
    if (!values.force && !(await confirm(app, warning(values)))) return 0;
    const reclaimed = [
      await pruneContainers(app, values),
      await pruneNetworks(app, values),
      ...(values.volumes ? [await pruneVolumes(app)] : []),
      await pruneImages(app, values),
      await pruneCache(app, { all: values.all, keep: 0, filter: values.filter }),
    ];
    say(app, `Total reclaimed space: ${humanSize(reclaimed.reduce((total, each) => total + each, 0))}`);
    return 0;
  },
});

function warning({ all, volumes, filter }: Asked): string {
  const items = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(volumes ? ['all anonymous volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated to them' : 'all dangling images',
    all ? 'all build cache' : 'unused build cache',
  ];
  const lines = items.map((item) => `  - ${item}`).join('\n');
  const filtered = [...filter].flatMap(([key, values]) => values.map((value) => `  - ${key}=${value}\n`)).join('');
  const note = filtered === '' ? '' : `\n  Items to be pruned will be filtered with:\n${filtered}`;
  return `WARNING! This will remove:\n${lines}\n${note}\nAre you sure you want to continue? [y/N] `;
}

function listed(app: App, title: string, lines: readonly string[]): void {
  if (lines.length > 0) say(app, `${title}\n${lines.join('\n')}\n`);
}

const post = <T>(app: App, path: string, filter: Asked['filter']): Promise<T> =>
  app.client().json<T>({ method: 'POST', path, query: { filters: encodeFilters(filter) } });

async function pruneContainers(app: App, { filter }: Asked): Promise<number> {
  const path = '/containers/prune';
  const pruned = await post<{ ContainersDeleted: string[] | null; SpaceReclaimed: number }>(app, path, filter);
  listed(app, 'Deleted Containers:', pruned.ContainersDeleted ?? []);
  return pruned.SpaceReclaimed;
}

async function pruneNetworks(app: App, { filter }: Asked): Promise<number> {
  const pruned = await post<NetworksPruned>(app, '/networks/prune', filter);
  listed(app, 'Deleted Networks:', pruned.NetworksDeleted ?? []);
  return 0;
}

/** Without the filters: volumes know no `until`, and refuse it. */
async function pruneVolumes(app: App): Promise<number> {
  const pruned = await post<VolumesPruned>(app, '/volumes/prune', new Map());
  listed(app, 'Deleted Volumes:', pruned.VolumesDeleted ?? []);
  return pruned.SpaceReclaimed;
}

async function pruneImages(app: App, { all, filter }: Asked): Promise<number> {
  const wanted = new Map(filter).set('dangling', [String(!all)]);
  const pruned = await post<ImagesPruned>(app, '/images/prune', wanted);
  listed(app, 'Deleted Images:', prunedImages(pruned));
  return pruned.SpaceReclaimed;
}
