export { NetworkService } from './service.ts';
