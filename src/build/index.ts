export { BuildService } from './service.ts';
