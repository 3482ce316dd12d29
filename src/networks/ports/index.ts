export { forwardsOf } from './forwards.ts';
export { type PortWishes, portRequests } from './port-requests.ts';
export { PortPublisher } from './publisher.ts';
