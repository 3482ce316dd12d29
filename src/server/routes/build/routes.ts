import { notImplemented } from '../../../errors/index.ts';
import type { Route } from '../../call.ts';

/** /build: nothing is built yet, so there is no cache to prune either. */
export function buildRoutes(): Route[] {
  return [
    {
      method: 'POST',
      path: '/build',
      handle: () => {
        throw notImplemented(
          'building images is not available in this version of holdfast: build elsewhere and use "docker load", "import" or "pull"',
        );
      },
    },
    {
      method: 'POST',
      path: '/build/prune',
      handle: (call) => call.json(200, { CachesDeleted: null, SpaceReclaimed: 0 }),
    },
    { method: 'POST', path: '/build/cancel', handle: (call) => call.empty(204) },
  ];
}
