export type { BackupContainers, UsingContainer } from './containers.ts';
export type { WorkTools } from './core.ts';
export { BackupService } from './service.ts';
