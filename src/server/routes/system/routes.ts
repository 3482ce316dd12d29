import type { Call, Route } from '../../call.ts';
import type { SystemBackend } from './backend.ts';
import { type DiskUsageParts, diskUsage } from './disk-usage.ts';
import { infoAnswer, versionAnswer } from './info.ts';

/** _ping, version, info and system/df (API 1.24 to 1.50). */
export function systemRoutes(parts: DiskUsageParts): Route[] {
  const { system } = parts;
  return [
    { method: 'GET', path: '/_ping', handle: ping },
    { method: 'HEAD', path: '/_ping', handle: ping },
    {
      method: 'GET',
      path: '/version',
      handle: async (call) => call.json(200, versionAnswer(await system.version())),
    },
    { method: 'GET', path: '/info', handle: (call) => info(system, call) },
    { method: 'GET', path: '/system/df', handle: async (call) => call.json(200, await diskUsage(parts, call)) },
  ];
}

/** Clients read what they need to know of the engine from the head. Builder 1 makes them build by POST /build. */
function ping(call: Call): void {
  call.setHeader('Builder-Version', '1');
  call.setHeader('Swarm', 'inactive');
  call.setHeader('Cache-Control', 'no-cache, no-store, must-revalidate');
  call.setHeader('Pragma', 'no-cache');
  const head = call.request.method === 'HEAD';
  call.content(200, { type: 'text/plain; charset=utf-8', body: head ? '' : 'OK' });
}

async function info(system: SystemBackend, call: Call): Promise<void> {
  const [facts, version] = await Promise.all([system.facts(), system.version()]);
  call.json(200, infoAnswer(facts, version));
}
