import { encodeFilters } from '../../client/index.ts';
import { type App, say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { confirmRemoval } from '../confirm.ts';
import { bytes, filters, toggle } from '../flags/index.ts';
import { humanSize } from '../format/units.ts';

export const prune = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    all: toggle('Remove all of the build cache', { short: 'a' }),
    filter: filters('Remove only what matches, such as "until=24h"'),
    force: toggle('Do not ask', { short: 'f' }),
    'keep-storage': bytes('How much to keep'),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const what = values.all ? 'all build cache' : 'all dangling build cache';
    if (!values.force && !(await confirmRemoval(app, `This will remove ${what}.`))) return 0;
    const pruned = await pruneCache(app, { all: values.all, keep: values['keep-storage'], filter: values.filter });
    say(app, `Total reclaimed space: ${humanSize(pruned)}`);
    return 0;
  },
});

interface CachePrune {
  all: boolean;
  /** Bytes to keep; 0 for none. */
  keep: number;
  filter: ReadonlyMap<string, readonly string[]>;
}

/** Removes build cache and says what went. @returns bytes that are free again. */
export async function pruneCache(app: App, { all, keep, filter }: CachePrune): Promise<number> {
  const pruned = await app.client().json<{ CachesDeleted: string[] | null; SpaceReclaimed: number }>({
    method: 'POST',
    path: '/build/prune',
    query: { all, 'keep-storage': keep === 0 ? undefined : keep, filters: encodeFilters(filter) },
  });
  const caches = pruned.CachesDeleted ?? [];
  if (caches.length > 0) say(app, `Deleted build cache objects:\n${caches.join('\n')}\n`);
  return pruned.SpaceReclaimed;
}
