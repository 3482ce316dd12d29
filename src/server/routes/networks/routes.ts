import { networkCreateSchema, networkEndpointSchema } from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import type { NetworksBackend } from './backend.ts';

/** /networks (API 1.24 to 1.50). */
export function networkRoutes(networks: NetworksBackend): Route[] {
  return [
    { method: 'GET', path: '/networks', handle: (call) => call.json(200, networks.list(call.filters())) },
    { method: 'GET', path: '/networks/:name', handle: (call) => call.json(200, networks.get(call.name)) },
    { method: 'POST', path: '/networks/create', handle: (call) => create(networks, call) },
    // Networks that can be pruned are those that were created, and none can be.
    { method: 'POST', path: '/networks/prune', handle: (call) => call.json(200, { NetworksDeleted: [] }) },
    {
      method: 'POST',
      path: '/networks/:name/connect',
      handle: (call) => changeEndpoint(call, (container) => networks.connect(call.name, container)),
    },
    {
      method: 'POST',
      path: '/networks/:name/disconnect',
      handle: (call) => changeEndpoint(call, (container) => networks.disconnect(call.name, container)),
    },
    {
      method: 'DELETE',
      path: '/networks/:name',
      handle: async (call) => {
        await networks.remove(call.name);
        call.empty(204);
      },
    },
  ];
}

async function create(networks: NetworksBackend, call: Call): Promise<void> {
  const { id, warning } = await networks.create(await call.body(networkCreateSchema));
  call.json(201, { Id: id, Warning: warning });
}

async function changeEndpoint(call: Call, change: (container: string) => Promise<void>): Promise<void> {
  const { Container } = await call.body(networkEndpointSchema);
  await change(Container);
  call.empty(200);
}
