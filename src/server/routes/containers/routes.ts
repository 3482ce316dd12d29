import type { Route } from '../../call.ts';
import { archiveRoutes } from './archive-routes.ts';
import type { ContainersBackend } from './backend.ts';
import { lifecycleRoutes } from './lifecycle-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { streamRoutes } from './stream-routes.ts';

/** /containers and /commit (API 1.24 to 1.50). */
export function containerRoutes(containers: ContainersBackend): Route[] {
  return [
    ...recordRoutes(containers),
    ...lifecycleRoutes(containers),
    ...streamRoutes(containers),
    ...archiveRoutes(containers),
  ];
}
