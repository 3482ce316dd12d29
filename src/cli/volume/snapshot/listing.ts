import { humanDuration } from '../../../wire/index.ts';
import type { App } from '../../app.ts';
import type { Listing } from '../../format/listing.ts';
import { ownVolume } from '../own-path.ts';

/** A snapshot, as the API tells of it. */
export interface SnapshotItem {
  volume: string;
  name: string;
  createdAt: string;
  automatic: boolean;
  consistency: string;
  frozenMs: number;
}

/** The snapshots of a volume, oldest first. */
export async function snapshotsOf(app: App, volume: string): Promise<SnapshotItem[]> {
  const request = { method: 'GET', path: ownVolume(volume, 'snapshots') } as const;
  return (await app.client().json<{ snapshots: SnapshotItem[] }>(request)).snapshots;
}

/** Holdfast's own path of a snapshot. */
export const snapshotPath = (volume: string, name: string): string =>
  ownVolume(volume, `snapshots/${encodeURIComponent(name)}`);

/** What `volume snapshot ls` shows. */
export const SNAPSHOTS: Listing<SnapshotItem> = {
  typeName: 'snapshotContext',
  columns: {
    Automatic: { header: 'AUTOMATIC', value: ({ automatic }) => (automatic ? 'yes' : 'no') },
    Consistency: { header: 'CONSISTENCY', value: ({ consistency }) => consistency },
    Created: {
      header: 'CREATED',
      value: ({ createdAt }) => `${humanDuration(Date.now() - Date.parse(createdAt))} ago`,
    },
    CreatedAt: { header: 'CREATED AT', value: ({ createdAt }) => createdAt },
    Frozen: { header: 'FROZEN', value: ({ frozenMs }) => `${Math.round(frozenMs)}ms` },
    Name: { header: 'SNAPSHOT', value: ({ name }) => name },
    Volume: { header: 'VOLUME NAME', value: ({ volume }) => volume },
  },
  lookups: {},
  table: '{{.Name}}\t{{.Created}}\t{{.Consistency}}\t{{.Frozen}}\t{{.Automatic}}',
  quiet: '{{.Name}}',
};
