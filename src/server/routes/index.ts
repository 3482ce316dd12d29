import type { Route } from '../call.ts';
import type { BuildBackend } from './build/backend.ts';
import { buildRoutes } from './build/routes.ts';
import type { ContainersBackend } from './containers/backend.ts';
import { containerRoutes } from './containers/routes.ts';
import type { EventsBackend } from './events/backend.ts';
import { eventRoutes } from './events/routes.ts';
import type { ExecBackend } from './exec/backend.ts';
import { execRoutes } from './exec/routes.ts';
import { type HoldfastBackends, holdfastRoutes } from './holdfast/index.ts';
import type { ImagesBackend } from './images/backend.ts';
import { imageRoutes } from './images/routes.ts';
import type { NetworksBackend } from './networks/backend.ts';
import { networkRoutes } from './networks/routes.ts';
import { pluginRoutes } from './plugins/routes.ts';
import type { SystemBackend } from './system/backend.ts';
import { systemRoutes } from './system/routes.ts';
import type { VolumesBackend } from './volumes/backend.ts';
import { volumeRoutes } from './volumes/routes.ts';

/** The engine as the server sees it: one narrow interface a noun. */
export interface Backends extends HoldfastBackends {
  builds: BuildBackend;
  containers: ContainersBackend;
  events: EventsBackend;
  execs: ExecBackend;
  images: ImagesBackend;
  networks: NetworksBackend;
  system: SystemBackend;
  volumes: VolumesBackend & HoldfastBackends['volumes'];
}

/** Every route of the API. */
export function allRoutes(backends: Backends): Route[] {
  return [
    ...systemRoutes(backends),
    ...volumeRoutes(backends.volumes),
    ...containerRoutes(backends.containers),
    ...execRoutes(backends.execs),
    ...imageRoutes(backends.images),
    ...networkRoutes(backends.networks),
    ...eventRoutes(backends.events),
    ...buildRoutes(backends.builds),
    ...pluginRoutes(),
    ...holdfastRoutes(backends),
  ];
}
