export type { BackupContainers, ScratchRequest, UsingContainer } from './containers.ts';
export type { BackupDefaults, WorkTools } from './core.ts';
export { BackupService } from './service.ts';
