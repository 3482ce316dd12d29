export { NetworkService, type NetworkServiceOptions } from './service.ts';
