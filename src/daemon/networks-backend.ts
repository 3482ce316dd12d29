import type { NetworksBackend } from '../server/index.ts';
import type { Engine } from './engine.ts';

/** The networks as the API's routes want them: who is put on one or taken off is a container's affair. */
export function networksBackend({ networks, containers }: Engine): NetworksBackend {
  return {
    list: (filters) => networks.list(filters),
    get: (reference) => networks.get(reference),
    create: (body) => networks.create(body),
    remove: (reference) => networks.remove(reference),
    prune: (filters) => networks.prune(filters),
    connect: (reference, { container, wish }) => containers.connect(container, { network: reference, wish }),
    disconnect: (reference, { container, force }) => containers.disconnect(container, { network: reference, force }),
  };
}
