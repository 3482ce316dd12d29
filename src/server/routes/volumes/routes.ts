import { invalidArgument, isKind, messageOf, unavailable } from '../../../errors/index.ts';
import { atLeast, type Filters, volumeCreateSchema } from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import { NOT_A_SWARM_MANAGER } from '../swarm/missing.ts';
import type { VolumesBackend } from './backend.ts';
import { volumeSummary } from './summary.ts';

/** /volumes: five operations and prune (API 1.24 to 1.50). */
export function volumeRoutes(volumes: VolumesBackend): Route[] {
  return [
    { method: 'GET', path: '/volumes', handle: (call) => list(volumes, call) },
    { method: 'POST', path: '/volumes/create', handle: (call) => create(volumes, call) },
    { method: 'POST', path: '/volumes/prune', handle: (call) => prune(volumes, call) },
    {
      method: 'GET',
      path: '/volumes/:name',
      handle: async (call) => call.json(200, volumeSummary(await volumes.get(call.name))),
    },
    { method: 'PUT', path: '/volumes/:name', handle: updateClusterVolume },
    {
      method: 'DELETE',
      path: '/volumes/:name',
      handle: async (call) => {
        await volumes.remove(call.name, { force: call.flag('force') });
        call.empty(204);
      },
    },
  ];
}

async function list(volumes: VolumesBackend, call: Call): Promise<void> {
  const { volumes: found, warnings } = await volumes.list(listFilters(call));
  call.json(200, { Volumes: found.map(volumeSummary), Warnings: warnings.length === 0 ? null : warnings });
}

/** The list, unlike prune, says where the filter was wrong. */
function listFilters(call: Call): Filters {
  try {
    return call.filters();
  } catch (error) {
    if (!isKind(error, 'invalid-argument')) throw error;
    throw invalidArgument(`error reading volume filters: ${messageOf(error)}`, error);
  }
}

async function create(volumes: VolumesBackend, call: Call): Promise<void> {
  const body = await call.body(volumeCreateSchema);
  if (atLeast(call.version, '1.42') && (body.ClusterVolumeSpec ?? null) !== null) {
    throw unavailable(NOT_A_SWARM_MANAGER);
  }
  call.json(201, volumeSummary(await volumes.create(body)));
}

async function prune(volumes: VolumesBackend, call: Call): Promise<void> {
  const all = !atLeast(call.version, '1.42');
  const { deleted, reclaimed } = await volumes.prune(call.filters(), { all });
  call.json(200, { VolumesDeleted: deleted, SpaceReclaimed: reclaimed });
}

/** Only cluster volumes can be changed, and there are none without a swarm. */
function updateClusterVolume(call: Call): never {
  const version = call.text('version');
  if (version !== '' && !/^\d+$/.test(version)) {
    throw invalidArgument(`invalid swarm object version '${version}': strconv.ParseUint: invalid syntax`);
  }
  throw unavailable('volume update only valid for cluster volumes, but swarm is unavailable');
}
