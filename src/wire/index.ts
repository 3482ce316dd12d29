export * from './container.ts';
export * from './event.ts';
export * from './filters.ts';
export * from './mount.ts';
export * from './volume.ts';
