import type { Route } from '../../call.ts';
import { type AdoptBackend, adoptRoutes } from './adopt.ts';
import { backupRoutes } from './backups.ts';
import type { BackupsBackend } from './backups-backend.ts';
import { copyRoutes } from './copies.ts';
import { openApiRoute } from './openapi.ts';
import { type PlacementBackend, placementRoutes } from './placement.ts';
import { type PoolsBackend, poolRoutes } from './pools.ts';
import { seeingRoutes } from './seeing.ts';
import type { SeeingBackend } from './seeing-backend.ts';
import { snapshotRoutes } from './snapshots.ts';
import type { SnapshotsBackend, VolumeCopyingBackend } from './snapshots-backend.ts';
import { type TransfersBackend, transferRoutes } from './transfers.ts';
import { type TrashBackend, trashRoutes } from './trash.ts';
import { type VolumeKeepingBackend, volumeRoutes } from './volumes.ts';

/** What Holdfast's own routes need of the engine, beside what Docker's do. */
export interface HoldfastBackends {
  adoption: AdoptBackend;
  backups: BackupsBackend;
  placement: PlacementBackend;
  pools: PoolsBackend;
  seeing: SeeingBackend;
  snapshots: SnapshotsBackend;
  trash: TrashBackend;
  transfers: TransfersBackend;
  volumes: VolumeKeepingBackend & VolumeCopyingBackend;
}

/** What Docker has no words for, below `/holdfast/v1`: each noun's routes, and the document that describes them. */
export function holdfastRoutes(backends: HoldfastBackends): Route[] {
  const { adoption, backups, placement, pools, seeing, snapshots, transfers, trash, volumes } = backends;
  const routes: Route[] = [
    ...volumeRoutes(volumes),
    ...copyRoutes(volumes),
    ...snapshotRoutes(snapshots),
    ...trashRoutes(trash),
    ...adoptRoutes(adoption),
    ...backupRoutes(backups),
    ...seeingRoutes(seeing),
    ...transferRoutes(transfers),
    ...poolRoutes(pools),
    ...placementRoutes(placement),
  ];
  return [...routes, openApiRoute(routes)];
}
