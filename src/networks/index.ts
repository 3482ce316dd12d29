export { NetworkService, networkIdOf } from './service.ts';
