import { networkConnectSchema, networkCreateSchema, networkDisconnectSchema } from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import type { NetworksBackend } from './backend.ts';

/** /networks (API 1.24 to 1.50). */
export function networkRoutes(networks: NetworksBackend): Route[] {
  return [
    { method: 'GET', path: '/networks', handle: (call) => call.json(200, networks.list(call.filters())) },
    { method: 'GET', path: '/networks/:name', handle: (call) => call.json(200, networks.get(call.name)) },
    { method: 'POST', path: '/networks/create', handle: (call) => create(networks, call) },
    { method: 'POST', path: '/networks/prune', handle: (call) => prune(networks, call) },
    {
      method: 'POST',
      path: '/networks/:name/connect',
      handle: async (call) => {
        const { Container, EndpointConfig } = await call.body(networkConnectSchema);
        await networks.connect(call.name, { container: Container, wish: EndpointConfig ?? null });
        call.empty(200);
      },
    },
    {
      method: 'POST',
      path: '/networks/:name/disconnect',
      handle: async (call) => {
        const { Container, Force } = await call.body(networkDisconnectSchema);
        await networks.disconnect(call.name, { container: Container, force: Force });
        call.empty(200);
      },
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

/** Null where nothing was removed, as with Docker. */
async function prune(networks: NetworksBackend, call: Call): Promise<void> {
  const removed = await networks.prune(call.filters());
  call.json(200, { NetworksDeleted: removed.length === 0 ? null : removed });
}
