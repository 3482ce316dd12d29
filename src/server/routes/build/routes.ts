import type { Call, Route } from '../../call.ts';
import { sendProgress } from '../../streams.ts';
import type { BuildBackend } from './backend.ts';
import { buildRequest } from './request.ts';

/** /build (API 1.24 to 1.50), as far as the classic builder goes. */
export function buildRoutes(builds: BuildBackend): Route[] {
  return [
    { method: 'POST', path: '/build', handle: (call) => build(builds, call) },
    { method: 'POST', path: '/build/prune', handle: (call) => prune(builds, call) },
    // Of BuildKit: a classic build is cancelled by closing its connection.
    { method: 'POST', path: '/build/cancel', handle: (call) => call.empty(204) },
  ];
}

async function build(builds: BuildBackend, call: Call): Promise<void> {
  await sendProgress(call, builds.build(call.request, buildRequest(call), call.signal));
}

async function prune(builds: BuildBackend, call: Call): Promise<void> {
  call.json(200, { CachesDeleted: null, SpaceReclaimed: await builds.prune() });
}
