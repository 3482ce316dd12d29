import type { Route } from '../../call.ts';
import { backupRoutes } from './backups.ts';
import type { BackupsBackend } from './backups-backend.ts';
import { openApiRoute } from './openapi.ts';
import { seeingRoutes } from './seeing.ts';
import type { SeeingBackend } from './seeing-backend.ts';
import { type TransfersBackend, transferRoutes } from './transfers.ts';
import { type TrashBackend, trashRoutes } from './trash.ts';
import { type VolumeKeepingBackend, volumeRoutes } from './volumes.ts';

/** What Holdfast's own routes need of the engine, beside what Docker's do. */
export interface HoldfastBackends {
  backups: BackupsBackend;
  seeing: SeeingBackend;
  trash: TrashBackend;
  transfers: TransfersBackend;
  volumes: VolumeKeepingBackend;
}

/** What Docker has no words for, below `/holdfast/v1`: each noun's routes, and the document that describes them. */
export function holdfastRoutes({ backups, seeing, transfers, trash, volumes }: HoldfastBackends): Route[] {
  const routes: Route[] = [
    ...volumeRoutes(volumes),
    ...trashRoutes(trash),
    ...backupRoutes(backups),
    ...seeingRoutes(seeing),
    ...transferRoutes(transfers),
  ];
  return [...routes, openApiRoute(routes)];
}
