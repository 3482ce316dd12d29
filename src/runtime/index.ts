export type { Attachment } from './attach/attachment.ts';
export type { ContainerStats } from './cgroup/usage.ts';
export type { ExecSession } from './exec.ts';
export type { ContainerExit } from './exits.ts';
export type { LogEntry } from './logs/entry.ts';
export type { LogLimits } from './logs/rotated-files.ts';
export { checkMasked } from './masked.ts';
export { Runtime } from './runtime.ts';
export {
  buildSpec,
  capabilitiesFor,
  cgroupPathOf,
  defaultMaskedPaths,
  defaultReadonlyPaths,
  execProcess,
  type OciProcess,
  type OciSpec,
  type ResolvedUser,
  resolveUser,
  resourcesFor,
  type SpecInput,
  type SpecMount,
  swapFor,
  validateHostConfig,
  validateResources,
  writeBundle,
} from './spec/index.ts';
