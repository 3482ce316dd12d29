import { notImplemented } from '../../../errors/index.ts';
import { atLeast, decodeRegistryAuth, type Filters } from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import { sendBytes } from '../../streams.ts';
import type { ImagesBackend } from './backend.ts';
import { imageForVersion } from './shape.ts';
import { transferRoutes } from './transfer-routes.ts';

/** /images and /distribution (API 1.24 to 1.50). */
export function imageRoutes(images: ImagesBackend): Route[] {
  return [
    { method: 'GET', path: '/images/json', handle: (call) => list(images, call) },
    { method: 'GET', path: '/images/get', handle: (call) => save(images, call, call.query.getAll('names')) },
    { method: 'GET', path: '/images/search', handle: refuseSearch },
    { method: 'GET', path: '/images/:name/get', handle: (call) => save(images, call, [call.name]) },
    { method: 'GET', path: '/images/:name/json', handle: (call) => inspect(images, call) },
    {
      method: 'GET',
      path: '/images/:name/history',
      handle: async (call) => call.json(200, await images.history(call.name)),
    },
    { method: 'POST', path: '/images/:name/tag', handle: (call) => tag(images, call) },
    { method: 'POST', path: '/images/prune', handle: (call) => prune(images, call) },
    { method: 'DELETE', path: '/images/:name', handle: (call) => remove(images, call) },
    { method: 'GET', path: '/distribution/:name/json', handle: (call) => distribution(images, call) },
    ...transferRoutes(images),
  ];
}

async function list(images: ImagesBackend, call: Call): Promise<void> {
  const options = { all: call.flag('all'), sharedSize: call.flag('shared-size'), apiVersion: call.version };
  const found = await images.list(listFilters(call), options);
  call.json(
    200,
    found.map((image) => imageForVersion(image, call.version)),
  );
}

/** Below API 1.41 there was also `filter`, which is a reference. */
function listFilters(call: Call): Filters {
  const filters = call.filters();
  const legacy = atLeast(call.version, '1.41') ? '' : call.text('filter');
  return legacy === '' ? filters : new Map([...filters, ['reference', [legacy]]]);
}

async function inspect(images: ImagesBackend, call: Call): Promise<void> {
  const image = await images.inspect(call.name, { apiVersion: call.version });
  call.json(200, imageForVersion(image, call.version));
}

async function save(images: ImagesBackend, call: Call, names: readonly string[]): Promise<void> {
  await sendBytes(call, { type: 'application/x-tar', source: await images.save(names) });
}

async function tag(images: ImagesBackend, call: Call): Promise<void> {
  await images.tag(call.name, { repo: call.text('repo'), tag: call.text('tag') });
  call.empty(201);
}

async function remove(images: ImagesBackend, call: Call): Promise<void> {
  call.json(200, await images.remove(call.name, { force: call.flag('force'), prune: !call.flag('noprune') }));
}

async function prune(images: ImagesBackend, call: Call): Promise<void> {
  const { deleted, reclaimed } = await images.prune(call.filters());
  call.json(200, { ImagesDeleted: deleted.length === 0 ? null : deleted, SpaceReclaimed: reclaimed });
}

async function distribution(images: ImagesBackend, call: Call): Promise<void> {
  const auth = decodeRegistryAuth(call.header('x-registry-auth'));
  call.json(200, await images.distribution(call.name, { auth, signal: call.signal }));
}

function refuseSearch(): never {
  throw notImplemented('searching a registry is not available in this version of holdfast');
}
