export { parseAge } from './age.ts';
export * from './auth.ts';
export * from './backup.ts';
export * from './build.ts';
export * from './container.ts';
export * from './decode.ts';
export * from './duration.ts';
export * from './event.ts';
export * from './event-json.ts';
export * from './expression/index.ts';
export * from './filters.ts';
export * from './human-duration.ts';
export * from './ignore-patterns.ts';
export * from './image.ts';
export * from './label-filters.ts';
export * from './mount.ts';
export * from './network.ts';
export * from './path-stat.ts';
export {
  type NewPool,
  newPoolSchema,
  type PoolSummary,
  poolSummarySchema,
} from './pool.ts';
export * from './progress.ts';
export * from './query.ts';
export * from './release.ts';
export * from './size.ts';
export * from './system.ts';
export * from './time.ts';
export * from './version.ts';
export * from './volume.ts';
export * from './wait.ts';
