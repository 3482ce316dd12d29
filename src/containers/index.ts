export { unpackFolder } from './archive/unpack-folder.ts';
export type { AttachOptions, AttachStream } from './attach.ts';
export type { CreateRequest } from './create.ts';
export { logDrivers, validateLogConfig } from './log-config.ts';
export type { LogOptions } from './logs.ts';
export type { OutputChunk } from './output-queue.ts';
export { ContainerService, type EngineParts } from './service.ts';
export type { ContainerActivity } from './volume-users.ts';
