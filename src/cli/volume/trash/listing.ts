import { humanDuration } from '../../../wire/index.ts';
import type { App } from '../../app.ts';
import { labelText } from '../../format/labels.ts';
import type { Listing } from '../../format/listing.ts';
import { humanSize } from '../../format/units.ts';

/** Where Holdfast's API has the trash. */
export const TRASH = '/holdfast/v1/trash';

/** A removed volume, as the API tells of it. */
export interface TrashItem {
  id: string;
  name: string;
  driver: string;
  pool: string;
  labels: Record<string, string> | null;
  createdAt: string;
  removedAt: string;
  goesAt: string;
  size: number | null;
}

/** All of them, oldest first. */
export async function trashItems(app: App): Promise<TrashItem[]> {
  const { items } = await app.client().json<{ items: TrashItem[] }>({ method: 'GET', path: TRASH });
  return items;
}

/** What `volume trash ls` shows. */
export const TRASH_LISTING: Listing<TrashItem> = {
  typeName: 'trashContext',
  columns: {
    CreatedAt: { header: 'CREATED AT', value: ({ createdAt }) => createdAt },
    Driver: { header: 'DRIVER', value: ({ driver }) => driver },
    Goes: { header: 'GOES', value: ({ goesAt }) => `in ${humanDuration(Date.parse(goesAt) - Date.now())}` },
    GoesAt: { header: 'GOES AT', value: ({ goesAt }) => goesAt },
    ID: { header: 'TRASH ID', value: ({ id }) => id },
    Labels: { header: 'LABELS', value: ({ labels }) => labelText(labels) },
    Name: { header: 'VOLUME NAME', value: ({ name }) => name },
    Pool: { header: 'POOL', value: ({ pool }) => pool },
    Removed: {
      header: 'REMOVED',
      value: ({ removedAt }) => `${humanDuration(Date.now() - Date.parse(removedAt))} ago`,
    },
    RemovedAt: { header: 'REMOVED AT', value: ({ removedAt }) => removedAt },
    Size: { header: 'SIZE', value: ({ size }) => (size === null ? 'N/A' : humanSize(size)) },
  },
  lookups: { Label: ({ labels }, key) => labels?.[key] ?? '' },
  table: '{{.Name}}\t{{.Size}}\t{{.Removed}}\t{{.Goes}}\t{{.ID}}',
  quiet: '{{.ID}}',
};
