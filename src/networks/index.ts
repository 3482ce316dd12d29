export type { NetworkRecord } from './network.ts';
export { type PortWishes, portRequests } from './ports/index.ts';
export {
  type Endpoint,
  type EndpointRequest,
  gatewayEndpoint,
  type PortRequest,
  type PublishedPort,
  type Sandbox,
} from './sandbox.ts';
export { NetworkService } from './service.ts';
